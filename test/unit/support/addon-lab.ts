import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildAddon } from '../../../addon/build.ts';
import type { RpcAnswer, SidebarApi } from '../../../addon/src/rpc.ts';
import type { Cell } from '../../../shared/cell.ts';
import type { ColumnKind } from '../../../shared/mapping.ts';
import type { Offer, OfferResult } from '../../../shared/protocol/offer.ts';
import { createLocalGoogle, type LocalGoogle } from '../../google/local-google.ts';
import type { SheetDocument } from '../../google/script/documents.ts';
import type { ScriptInstall } from '../../google/script/install.ts';
import type { Tab } from '../../google/workbook/tab.ts';
import { ScriptedHub } from './scripted-hub.ts';

type Settled = OfferResult['cells'][string];

/** A tab to begin with: its first line is the headers. */
export interface TabSetup {
  timeZone?: string;
  table: string;
  rows: Parameters<Tab['setInputs']>[2];
  /** Headers of the columns to link; all of them unless told. */
  mapped?: string[];
  /** Kinds of columns that are not text. */
  kinds?: Record<string, ColumnKind>;
}

/** Three people; dates without a time among them. */
export const PEOPLE: TabSetup = {
  table: 'people',
  rows: [
    ['id', 'name', 'born', 'score'],
    [1, 'Ann', '1990-05-17', 1.5],
    [2, 'Bob', '1985-01-02', 2],
    [3, 'Cem', null, 3],
  ],
  kinds: { id: 'integer', born: 'date', score: 'decimal' },
};

/** Three notes; column C is not mapped. */
export const NOTES: TabSetup = {
  table: 'notes',
  rows: [
    ['id', 'value', 'mine'],
    [1, 'one', 'x'],
    [2, 'two', 'y'],
    [3, 'three', 'z'],
  ],
  mapped: ['id', 'value'],
  kinds: { id: 'integer' },
};

/** The built bundle in the local Google, against an API that only records: what the add-on does to a spreadsheet. */
export class AddonLab {
  hub = new ScriptedHub();
  document!: SheetDocument;
  tab!: Tab;
  install!: ScriptInstall;
  private setup!: TabSetup;

  private constructor(
    private readonly dir: string,
    public google: LocalGoogle,
  ) {}

  /** `scriptTimeZone`: the one of the manifest, where it is not the usual one. */
  static async build({ scriptTimeZone }: { scriptTimeZone?: string } = {}): Promise<AddonLab> {
    const dir = await mkdtemp(join(tmpdir(), 'tandem-addon-'));
    await buildAddon({ outdir: dir, apiUrl: 'https://tandem.example.com' });
    if (scriptTimeZone !== undefined) {
      const manifest = join(dir, 'appsscript.json');
      const text = await readFile(manifest, 'utf8');
      await writeFile(manifest, text.replace(/"timeZone": "[^"]+"/, `"timeZone": "${scriptTimeZone}"`));
    }
    return new AddonLab(dir, await createLocalGoogle());
  }

  async close(): Promise<void> {
    await this.google.close();
    await rm(this.dir, { recursive: true });
  }

  /** A Google that has seen nothing yet, in place of the former one. */
  async renewGoogle(): Promise<void> {
    await this.google.close();
    this.google = await createLocalGoogle();
  }

  /** A new spreadsheet of Ann's with the add-on in it, and a hub that knows nothing of it. */
  async open(setup: TabSetup): Promise<void> {
    const { google } = this;
    this.setup = setup;
    this.hub = new ScriptedHub();
    this.hub.kinds = setup.kinds ?? {};
    google.network.interceptor = this.hub.intercept;
    const person = google.person('ann@example.com');
    this.document = google.createSpreadsheet({ owner: person, timeZone: setup.timeZone ?? 'Europe/Berlin' });
    this.tab = this.document.workbook.tabs[0]!;
    this.tab.setInputs(1, 1, setup.rows);
    await this.installFor({ person });
  }

  /** Opens the add-on as somebody: theirs is the sidebar from now on. */
  async installFor(
    who: Omit<Parameters<LocalGoogle['installScript']>[0], 'spreadsheet' | 'dir'>,
  ): Promise<ScriptInstall> {
    this.install = await this.google.installScript({ spreadsheet: this.document, dir: this.dir, ...who });
    return this.install;
  }

  /** Links the tab and lets the table win the first sync; what was sent for that is forgotten. */
  async link(): Promise<void> {
    const { table, rows, mapped = rows[0]!.map(String) } = this.setup;
    const columns = mapped.map((header) => ({ header, column: header, direction: 'both' as const }));
    await this.call('link', this.tab.id, { schema: 'public', table, columns });
    await this.call('start', this.tab.id, { winner: 'table' });
    this.hub.sent.length = 0;
  }

  async openLinked(setup: TabSetup): Promise<void> {
    await this.open(setup);
    await this.link();
  }

  /** What the sidebar gets from the add-on. @throws with the message that it would show */
  async call<Name extends keyof SidebarApi>(
    name: Name,
    ...args: Parameters<SidebarApi[Name]>
  ): Promise<ReturnType<SidebarApi[Name]>> {
    const answer = (await this.install.run('rpc', [name, args])) as RpcAnswer<ReturnType<SidebarApi[Name]>>;
    if (!answer.ok) throw new Error([answer.message, ...this.install.log].join('\n'));
    return answer.value;
  }

  /** "Sync now", in which nothing may fail. */
  async sync(): Promise<ReturnType<SidebarApi['syncNow']>> {
    const done = await this.call('syncNow', this.tab.id);
    expect(this.install.failures).toEqual([]);
    return done;
  }

  /** What became of each offer's cells. */
  results(): Map<string, OfferResult['cells']> {
    return new Map(this.hub.acks.flatMap(({ results }) => results).map(({ offer, cells }) => [offer, cells]));
  }

  /** Offers values for the second column and syncs; answers what became of each cell. */
  async syncValues(changes: readonly (readonly [key: number, base: Cell, value: Cell])[]): Promise<Settled[]> {
    this.hub.sent.length = 0;
    this.hub.offers = changes.map(([key, base, value]): Offer => {
      return { id: `o${key}`, key: String(key), kind: 'update', cells: [{ column: 'c2', base, value }] };
    });
    await this.sync();
    const results = this.results();
    return changes.map(([key]) => results.get(`o${key}`)!['c2']!);
  }
}
