import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Sql } from 'postgres';
import { buildAddon } from '../../../addon/build.ts';
import { connectDatabase } from '../../../api/database/connect.ts';
import type { Config } from '../../../api/env.ts';
import { createLocalGoogle, type LocalGoogle } from '../local-google.ts';
import type { Counters, CounterSnapshot } from '../script/counters.ts';
import type { SheetDocument } from '../script/documents.ts';
import type { Execution } from '../script/execution.ts';
import type { Failure, ScriptInstall } from '../script/install.ts';
import { resize } from '../workbook/structure.ts';
import type { Tab } from '../workbook/tab.ts';
import { ApiProcess, startApiHere, type ApiHost } from './api-host.ts';
import { readCompanies, typeCompanies } from './companies.ts';
import { forgetGoogleState, GoogleStateKeeper, readGoogleState } from './google-state.ts';
import { Hands } from './hands.ts';
import { Sidebar } from './sidebar-calls.ts';
import type { TableName } from './table-rows.ts';

/** Who plays: the one person of the demo, an admin of the API. */
export const OWNER = 'ada@example.com';
const CLIENT_ID = 'tandem-demo.apps.localgoogle.test';

export interface DemoOptions {
  /** Folder for database, spreadsheet and log. */
  dataDir: string;
  /** Default: DATABASE_URL, else the embedded one in `dataDir`. */
  databaseUrl?: string;
  clock: 'wall' | 'virtual';
  /** False: the embedded database does not fsync. */
  durable: boolean;
  /** The spreadsheet of an earlier run comes back, and this one's is kept. */
  keep: boolean;
  fresh?: boolean;
  /** Run the API as a process of its own, to be killed. Needs `databaseUrl`. */
  apiProcess?: boolean;
  /** Rows to type into the sheet, header first. Default: the 503 companies. */
  rows?: string[][];
  /** Told what is being done. */
  begin?: (text: string) => void;
}

/** Everything that runs: database, API, local Google with the built add-on in a spreadsheet. */
export class Demo {
  /** The linked table; null until there is one. */
  table: TableName | null = null;
  readonly hands: Hands;
  readonly sidebar: Sidebar;
  #failuresTaken = 0;
  #counted: CounterSnapshot;
  readonly #runListeners = new Set<(run: RunCost) => void>();

  constructor(
    readonly google: LocalGoogle,
    readonly api: ApiHost,
    readonly sql: Sql,
    readonly spreadsheet: SheetDocument,
    readonly install: ScriptInstall,
    readonly stop: () => Promise<void>,
  ) {
    this.hands = new Hands(google.person(OWNER), spreadsheet, () => this.tab);
    this.sidebar = new Sidebar(install);
    this.#counted = install.counters.snapshot();
    install.onEnd = (execution) => this.#ended(execution);
  }

  get databaseUrl(): string {
    return this.api.databaseUrl;
  }

  get tab(): Tab {
    return this.spreadsheet.workbook.tabs[0]!;
  }

  get counters(): Counters {
    return this.install.counters;
  }

  /** Looks up the table that the tab is linked to. */
  async findTable(): Promise<void> {
    const [link] = await this.sql<TableName[]>`
      select table_schema as schema, table_name as name from tandem.link
      where spreadsheet = ${this.spreadsheet.id} and sheet = ${this.tab.id}`;
    this.table = link === undefined ? null : { schema: link.schema, name: link.name };
  }

  /** `name`, or with a number where a table of an earlier demo has it. */
  async freeTableName(name: string): Promise<string> {
    for (let n = 1; ; n++) {
      const wanted = n === 1 ? name : `${name}_${n}`;
      const [taken] = await this.sql`select to_regclass(${`public.${wanted}`}) as it`;
      if (taken?.['it'] === null) return wanted;
    }
  }

  /** Runs the time-driven trigger: on a virtual clock by moving it on, on the wall clock at once. */
  async tick(): Promise<void> {
    const trigger = this.#ticker();
    if (trigger === undefined)
      throw new Error('No time-driven trigger is installed. Link the tab in the sidebar first.');
    await this.google.idle();
    if (this.google.clock.mode === 'virtual') {
      await this.google.advance(Math.max(1, (this.nextTick() ?? 0) - this.google.clock.now()));
    } else {
      await this.google.triggers.fire(trigger, { fields: {} });
    }
    await this.google.idle();
  }

  nextTick(): number | null {
    return this.#ticker()?.dueAt ?? null;
  }

  running(): number {
    return this.google.runtime.running.size;
  }

  idle(): Promise<void> {
    return this.google.idle();
  }

  /** Opens the sidebar by its menu item, as people do; answers its page. */
  async openSidebar(): Promise<string> {
    await this.install.open();
    return this.install.openSidebar();
  }

  /** Failures of triggers that nobody has taken yet. */
  takeFailures(): Failure[] {
    const fresh = this.install.failures.slice(this.#failuresTaken);
    this.#failuresTaken = this.install.failures.length;
    return fresh;
  }

  /** Tells of every ended run of the script and what it cost. Answers how to stop. */
  onRun(listener: (run: RunCost) => void): () => void {
    this.#runListeners.add(listener);
    return () => this.#runListeners.delete(listener);
  }

  #ended(execution: Execution): void {
    const { reads, cellWrites, calls } = this.counters.since(this.#counted);
    this.#counted = this.counters.snapshot();
    if (execution.kind === 'load') return;
    const failure = this.install.failures.find(({ fn, at }) => fn === execution.fn && at >= execution.startedAt);
    const run: RunCost = {
      kind: execution.kind,
      fn: execution.fn,
      reads,
      writes: cellWrites,
      calls,
      ms: Math.round(this.google.clock.now() - execution.startedAt),
      failure: failure?.error.message ?? null,
    };
    for (const listener of this.#runListeners) listener(run);
  }

  #ticker() {
    return this.install.triggers.find((trigger) => trigger.event === 'CLOCK');
  }
}

/** What one run of the script cost. Runs at the same time share their figures as they end. */
export interface RunCost {
  kind: Execution['kind'];
  fn: string;
  reads: number;
  writes: number;
  calls: number;
  ms: number;
  failure: string | null;
}

/**
 * Starts everything, in the order in which each needs the one before. What was started is stopped again if a later step
 * fails.
 * @throws StartError with a sentence that says what to do
 */
export async function bootDemo(options: DemoOptions): Promise<Demo> {
  const { dataDir, keep, begin = () => {} } = options;
  const folder = resolve(dataDir, 'demo');
  const stateFile = join(folder, 'google.json');
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    await mkdir(folder, { recursive: true });
    if (options.fresh === true) await forgetGoogleState(stateFile);
    const state = keep ? await readGoogleState(stateFile) : null;

    begin('Starting a local Google');
    const google = await createLocalGoogle({ clock: options.clock });
    stops.push(() => google.close());

    begin('Starting PostgreSQL and the API');
    const api = await startApi(options, google, folder);
    stops.push(() => api.stop());
    const database = connectDatabase(api.databaseUrl, { max: 4 });
    stops.push(() => database.close(1));

    begin('Building the add-on');
    const { outdir } = await buildAddon({ apiUrl: api.url, outdir: join(folder, 'addon') });

    begin(state === null ? 'Typing the companies into a spreadsheet' : 'Opening the spreadsheet');
    const owner = google.person(OWNER);
    const spreadsheet = google.createSpreadsheet({
      owner,
      title: 'S&P 500 companies',
      ...(state === null ? {} : { id: state.spreadsheet }),
    });
    const install = await google.installScript({ spreadsheet, dir: outdir, person: owner, clientId: CLIENT_ID });
    if (state === null) {
      const tab = spreadsheet.workbook.tabs[0]!;
      spreadsheet.workbook.renameTab(tab, 'Companies');
      resize(tab, 1000, 12);
      typeCompanies(tab, options.rows ?? readCompanies());
    } else {
      spreadsheet.workbook.restore(state.workbook);
      install.project.documentProperties(spreadsheet.id).set(state.properties);
    }
    const demo = new Demo(google, api, database.sql, spreadsheet, install, stop);
    if (keep) {
      const keeper = new GoogleStateKeeper(stateFile, spreadsheet.workbook, install);
      demo.onRun(() => keeper.soon());
      stops.push(() => keeper.close());
    }
    await demo.findTable();
    if (state !== null && demo.table !== null) {
      begin('Setting up the triggers');
      await demo.sidebar.call('repairTriggers', demo.tab.id);
    }
    return demo;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startApi(options: DemoOptions, google: LocalGoogle, folder: string): Promise<ApiHost> {
  const config: Config = {
    port: 0,
    host: '127.0.0.1',
    databaseUrl: options.databaseUrl ?? process.env.DATABASE_URL ?? null,
    dataDir: options.dataDir,
    issuer: google.issuer.url,
    jwksUrl: google.issuer.jwksUrl,
    audiences: [CLIENT_ID],
    admins: [OWNER],
    logLevel: 'info',
  };
  if (options.apiProcess !== true) return startApiHere(config, join(folder, 'api.log'), options.durable);
  if (config.databaseUrl === null) throw new Error('An API of its own process needs a databaseUrl.');
  const api = new ApiProcess({ ...config, databaseUrl: config.databaseUrl });
  await api.start();
  return api;
}
