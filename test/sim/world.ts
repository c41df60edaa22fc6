import type { Logger } from 'pino';
import postgres, { type Sql } from 'postgres';
import { createApp, type Api } from '../../api/app.ts';
import { connectDatabase, readAddress, type Connection } from '../../api/database/connect.ts';
import { createLog } from '../../api/log.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { ErrorBody } from '../../shared/protocol/error.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { Workbook } from '../google/workbook/workbook.ts';
import { mortalSql, type Mortality } from './mortal-sql.ts';
import {
  createTable,
  fillTable,
  headersOf,
  kindOf,
  mappedColumns,
  ownValues,
  profileOf,
  type Profile,
  type ValueColumn,
} from './profiles.ts';
import { filters, type Visible } from './profiles-links.ts';
import { prepareClock } from './database-clock.ts';
import { SimClock } from './sim-clock.ts';
import { DROP_IDLE_CAPTURE, INITIAL_ROWS, ownTables, restoreOf, saveStage, type Stage } from './stage.ts';
import { ZONE } from './value-kinds.ts';

export const ADMIN = 'admin@example.com';
export const OWNER = 'owner@example.com';
const SPREADSHEET = 'simulated-spreadsheet';

export { INITIAL_ROWS };

const EVERYTHING: Visible = { options: {}, sql: 'true' };

/** Not emptied: it says which migrations the database has. */
const MIGRATIONS = /migration/;

/** Schedules between two vacuums of what they leave behind. */
const VACUUM_EVERY = 50;

export interface Answer {
  status: number;
  body: unknown;
}

interface Connections {
  hub: Connection;
  applications: Sql;
  /** Brings the tables back to what they were. */
  emptier: Sql;
}

/**
 * One table, one tab and the hub between them: everything a schedule plays on. Made once a worker and profile, reset a
 * schedule.
 */
export class World {
  readonly clock = new SimClock();
  readonly mortality: Mortality = { statements: null, died: false };
  /** The hub as hosts reach it, and what its own host is given. */
  readonly app: Api;
  readonly context: { sql: Connection['sql']; db: Connection['db']; clock: SimClock; log: Logger };
  /** Applications' own connection, and the oracle's. */
  readonly sql: Connection['sql'];
  profile: Profile = profileOf('plain');
  /** Which rows belong on the sheet. */
  visible: Visible = EVERYTHING;
  /** A foreign key is shown by its label. */
  labelled = true;
  private readonly stages = new Map<string, Stage>();
  /** Highest change that a reader with a cursor would have seen; used where consuming by delete is taken away. */
  cursor = 0;
  private played = 0;
  /** Tandem's own, qualified; `link` first: the others refer to it. */
  private tables: string[] = [];
  private constructor(
    private readonly connections: Connections,
    /** Brings a fresh link through its first sync. */
    private readonly firstSync: (world: World) => Promise<void>,
    private readonly serverRestart: (() => Promise<void>) | null,
  ) {
    const { hub, applications } = connections;
    this.sql = applications;
    const sql = mortalSql(hub.sql, this.mortality);
    this.context = { sql, db: hub.db, clock: this.clock, log: createLog('silent') };
    this.app = createApp({
      ...this.context,
      identity: (token) => Promise.resolve({ sub: token, email: ADMIN }),
      admins: [ADMIN],
    });
  }

  /** On a migrated database that nobody else uses; `restart`, where the server is nobody else's either. */
  static async open(
    url: string,
    firstSync: (world: World) => Promise<void>,
    restart: (() => Promise<void>) | null = null,
  ): Promise<World> {
    await prepareClock(url);
    const hub = connectDatabase(url, { max: 2 });
    // As programs connect that know nothing of Tandem.
    const { address, options } = readAddress(url);
    const open = (max: number, settings: Record<string, string>): Sql =>
      postgres(address, { ...options, max, connection: { TimeZone: 'UTC', ...settings }, onnotice: () => {} });
    const applications = open(4, { application_name: 'applications' });
    // No trigger fires for it: neither captures nor foreign keys. Set once, because setting it throws plans away.
    const emptier = open(1, { application_name: 'simulation', session_replication_role: 'replica' });
    const world = new World({ hub, applications, emptier }, firstSync, restart);
    const found = await applications<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = 'tandem' ORDER BY tablename <> 'link', tablename`;
    world.tables = found
      .map(({ name }) => name)
      .filter((name) => !MIGRATIONS.test(name))
      .map((name) => `tandem."${name}"`);
    await world.build();
    return world;
  }

  async close(): Promise<void> {
    await this.connections.hub.close(1);
    await this.connections.applications.end({ timeout: 1 });
    await this.connections.emptier.end({ timeout: 1 });
  }

  private get stage(): Stage {
    return this.stages.get(this.profile.name)!;
  }

  get workbook(): Workbook {
    return this.stage.workbook;
  }

  get tab(): Tab {
    return this.workbook.tabById(this.stage.tabId)!;
  }

  get link(): LinkInfo {
    return this.stage.link;
  }

  private unstarted = false;

  /** The same world, looked at through another tab. */
  through(stage: Pick<Stage, 'workbook' | 'tabId' | 'link'>): World {
    return Object.create(this, { stage: { value: stage } }) as World;
  }

  /** The world through the second link on the table, where there is one. */
  get second(): World | null {
    const { second } = this.stage;
    return second && !this.unstarted ? this.through(second) : null;
  }

  /** The table was changed by DDL: it is made anew for the next schedule. */
  set tableTouched(touched: boolean) {
    this.stage.touched = touched;
  }

  /** Sessions were ended: a request that met that is asked to come again. */
  private broken = false;

  excuses(status: number): boolean {
    return status === 503 && this.broken;
  }

  /** The server ends every session of the hub, as a restart does; whatever it was at is rolled back. */
  async breakConnections(): Promise<void> {
    this.broken = true;
    await this.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'tandem'`;
  }

  /**
   * Stops the database server at once, as a crash does, and waits until it is there again. Where others use it, too, only
   * the hub's sessions end.
   */
  async restartServer(): Promise<void> {
    if (this.serverRestart === null) return this.breakConnections();
    this.broken = true;
    // The driver's own transactions do not survive it.
    await this.beforeRestart();
    await this.serverRestart();
  }

  beforeRestart: () => Promise<void> = () => Promise.resolve();

  /** Columns of the table that are not there any more. */
  private readonly dropped = new Set<string>();

  columnDropped(id: string): void {
    this.dropped.add(id);
    const column = this.profile.values.find((one) => one.id === id)!;
    // The link pauses then.
    if (this.visible.sql.includes(column.name)) this.visible = EVERYTHING;
  }

  /** Value columns that the table itself has. */
  ownValues(): ValueColumn[] {
    return ownValues(this.profile).filter(({ id }) => !this.dropped.has(id));
  }

  /** SQL for the text of a column that the sheet is to show. */
  shown(column: ValueColumn): string {
    const needs = this.profile.values.find(({ name }) => name === (column.via ?? column.name));
    if (needs !== undefined && this.dropped.has(needs.id)) return 'NULL::text';
    return column.kind === 'owner' && !this.labelled ? `${column.name}::text` : kindOf(column).shown(column.name);
  }

  /** A constraint that refused values is gone. */
  relaxed = false;

  /** From now on the database's clock is the simulated one, where Tandem compares times. */
  async followClock(): Promise<void> {
    this.follows = true;
    await this.tellTime();
    // What was written down by the real clock tells nothing on this one.
    await this.sql`UPDATE tandem.link SET scanned_at = NULL`;
    await this.sql`UPDATE tandem."row" SET dealt_at = NULL`;
    await this.sql`UPDATE tandem.change SET at = public.clock_timestamp()`;
    await this.sql`UPDATE tandem.dirty SET at = public.clock_timestamp()`;
  }

  private follows = false;
  private told: number | null = null;

  /** Sets the database's clock. */
  async tellTime(): Promise<void> {
    const { ms } = this.clock;
    if (!this.follows || this.told === ms) return;
    this.told = ms;
    await this.sql`SELECT setval('public.sim_now', ${ms})`;
  }

  /** Milliseconds of real time since it was last emptied, by where they went. */
  spent: Record<string, number> = {};

  spend(what: string, since: number): void {
    this.spent[what] = (this.spent[what] ?? 0) + performance.now() - since;
  }

  /** One request to the hub, as the owner. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    await this.tellTime();
    const since = performance.now();
    const response = await this.app.request(path, {
      method,
      headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = { status: response.status, body: await response.json() };
    this.spend('hub', since);
    return answer;
  }

  /** @throws where the hub refuses */
  async demand<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, body: answer } = await this.request(method, path, body);
    if (status < 300) return answer as T;
    if (this.excuses(status)) return this.demand(method, path, body);
    throw new Error(`${method} ${path}: ${status} ${(answer as ErrorBody).error.message}`);
  }

  /**
   * Everything as after a first sync of {@link INITIAL_ROWS} equal rows; `unstarted`: with the link in preview.
   */
  async reset(unstarted = false, profile = 'plain'): Promise<void> {
    this.mortality.statements = null;
    this.mortality.died = false;
    this.clock.reset();
    this.profile = profileOf(profile);
    this.visible = this.profile.filtered ? filters[0]! : EVERYTHING;
    this.labelled = true;
    this.dropped.clear();
    this.relaxed = false;
    if (this.follows) await this.sql`SELECT setval('public.sim_now', 0, false)`;
    this.follows = false;
    this.told = null;
    this.broken = false;
    if (this.capitals !== null) await this.sql.unsafe(`DROP TRIGGER IF EXISTS capitals ON ${this.capitals}`);
    this.capitals = null;
    const known = this.stages.get(profile);
    if (known === undefined || known.touched || (unstarted && known.newSheet === null)) await this.build(unstarted);
    else if (++this.played % VACUUM_EVERY === 0) {
      // Dead rows slow every statement. TRUNCATE is dearer by far, and throws away the plans of every session.
      await this.connections.emptier.unsafe(`VACUUM ${[...ownTables(this.profile), ...this.tables].join(', ')}`);
    }
    await this.connections.emptier.unsafe(`SELECT ${restoreOf(this.profile, unstarted)}()`);
    this.unstarted = unstarted;
    const { workbook, newSheet, linkedSheet, second } = this.stage;
    workbook.restore((unstarted ? newSheet : linkedSheet)!);
    if (second && second.workbook !== workbook) second.workbook.restore(second.linkedSheet!);
  }

  /** Table that has the trigger. */
  private capitals: string | null = null;

  /** The table's own trigger rewrites what is written. */
  async addCapitalsTrigger(): Promise<void> {
    this.capitals = this.profile.table;
    await this.sql.unsafe(`
      CREATE OR REPLACE FUNCTION capitals() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
      CREATE TRIGGER capitals BEFORE INSERT OR UPDATE ON ${this.profile.table} FOR EACH ROW EXECUTE FUNCTION capitals()`);
  }

  /** Table, link and sheet from nothing, through the API; kept as the state that {@link reset} goes back to. */
  private async build(unstarted = false): Promise<void> {
    const { profile } = this;
    const { table, others = [] } = profile;
    const spreadsheet = `${SPREADSHEET}-${profile.name}`;
    this.clock.reset();
    await this.connections.emptier.unsafe(this.tables.map((name) => `DELETE FROM ${name}`).join('; '));
    await this.sql.unsafe(`
      DROP TABLE IF EXISTS ${ownTables(profile).join(', ')} CASCADE;
      ${DROP_IDLE_CAPTURE}
      DROP SCHEMA IF EXISTS saved_${table} CASCADE; CREATE SCHEMA saved_${table};
      ${others.map(({ name, columns }) => `CREATE TABLE ${name} (${columns});`).join(' ')}
      ${createTable(profile)}; ${fillTable(profile, INITIAL_ROWS)};`);
    const workbook = this.makeWorkbook(spreadsheet);
    const stage = await this.linkTab(workbook, 'Items');
    const old = workbook.tabs.find(({ id }) => id !== stage.tabId);
    if (old) workbook.deleteTab(old.id);
    this.stages.set(profile.name, stage);
    if (unstarted) {
      await saveStage(this.sql, profile, this.tables, true);
      stage.newSheet = workbook.snapshot();
    }
    await this.firstSync(this);
    if (profile.second !== undefined) {
      const other = profile.second === 'tab' ? workbook : this.makeWorkbook(`${spreadsheet}-second`);
      stage.second = await this.linkTab(other, 'Others');
      await this.firstSync(this.through(stage.second));
      stage.second.linkedSheet = other.snapshot();
    }
    await saveStage(this.sql, profile, this.tables, false);
    stage.linkedSheet = workbook.snapshot();
    stage.touched = false;
    this.clock.reset();
  }

  private makeWorkbook(id: string): Workbook {
    return new Workbook({ id, title: 'Simulated', timeZone: ZONE, owner: OWNER, now: () => this.clock.ms });
  }

  /** A new tab with the rows that the table has at first, linked to it and not yet synced. */
  private async linkTab(workbook: Workbook, title: string): Promise<Stage> {
    const { profile } = this;
    const tab = workbook.addTab({ title, rowCount: 40, columnCount: headersOf(profile).length + 3 });
    this.fillTab(tab);
    const linked = await this.demand<LinkInfo>('POST', '/v1/links', {
      spreadsheet: workbook.id,
      sheet: tab.id,
      sheetName: tab.title,
      timeZone: ZONE,
      schema: 'public',
      table: profile.table,
      kind: profile.replace ? 'replace' : 'sync',
      columns: mappedColumns(profile).flatMap(({ name, direction, via }) =>
        via === undefined ? [{ header: name, column: name, direction }] : [],
      ),
    });
    const link = await this.setOptions(linked);
    return { workbook, tabId: tab.id, link, linkedSheet: null, newSheet: null, touched: true };
  }

  /** What the link is set to, and columns of related tables; answers the link as it is then. */
  private async setOptions({ id }: LinkInfo): Promise<LinkInfo> {
    const { options, values } = this.profile;
    const path = `/v1/links/${id}`;
    const add = values.flatMap(({ name: column, via }) =>
      via === undefined ? [] : [{ header: column, to: { related: { via: [via], column } } }],
    );
    if (add.length > 0) await this.demand('POST', `${path}/columns`, { add });
    const chosen = { ...options, ...this.visible.options };
    if (Object.keys(chosen).length > 0) await this.demand('PATCH', `${path}/options`, chosen);
    return this.demand<LinkInfo>('GET', path);
  }

  private fillTab(tab: Tab): void {
    const { profile } = this;
    headersOf(profile).forEach((header, index) => {
      const position = index + 1;
      tab.setInput(1, position, header, { mode: 'raw' });
      const key = profile.keys.find(({ name }) => name === header);
      const column = profile.values.find(({ name }) => name === header);
      for (let i = 1; i <= INITIAL_ROWS; i++) {
        if (key) tab.setInput(i + 1, position, key.typed(i), { mode: 'raw' });
        else if (!column) tab.setInput(i + 1, position, `${header} ${i}`, { mode: 'raw' });
        else tab.setInput(i + 1, position, kindOf(column).initial(i, column.name).typed, { mode: 'user' });
      }
      const id = (key ?? column)?.id;
      if (id === undefined) return;
      const location = { type: 'COLUMN' as const, tabId: tab.id, index: position };
      tab.workbook.addMetadata({ key: 'tandem.column', value: id, visibility: 'DOCUMENT', location });
    });
  }
}
