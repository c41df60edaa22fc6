import { createApp, type Api } from '../../api/app.ts';
import { connectDatabase, type Connection } from '../../api/database/connect.ts';
import { createLog } from '../../api/log.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { ErrorBody } from '../../shared/protocol/error.ts';
import type { Snapshot } from '../google/workbook/snapshot.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { Workbook } from '../google/workbook/workbook.ts';
import { mortalSql, type Mortality } from './mortal-sql.ts';
import { SimClock } from './sim-clock.ts';

export const ADMIN = 'admin@example.com';
export const OWNER = 'owner@example.com';
const SPREADSHEET = 'simulated-spreadsheet';

/** Columns of the tab. `memo` is not mapped: nothing of Tandem's may ever touch it (I18). */
export const HEADERS = ['id', 'name', 'memo', 'price', 'note'] as const;
export const MAPPED = ['id', 'name', 'price', 'note'] as const;
export const INITIAL_ROWS = 12;

const TABLE = `
  CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric(12,2) CHECK (price > 0), note text UNIQUE)`;
const FILL = `
  INSERT INTO item SELECT i, 'name ' || i, i, 'note ' || i FROM generate_series(1, ${INITIAL_ROWS}) i`;
/** Not emptied: it says which migrations the database has. */
const MIGRATIONS = /migration/;

export interface Answer {
  status: number;
  body: unknown;
}

/** One table, one tab and the hub between them: everything a schedule plays on. Made once a worker, reset a schedule. */
export class World {
  readonly clock = new SimClock();
  readonly mortality: Mortality = { statements: null, died: false };
  readonly workbook = new Workbook({
    id: SPREADSHEET,
    title: 'Simulated',
    timeZone: 'Europe/Berlin',
    owner: OWNER,
    now: () => this.clock.ms,
  });
  /** The hub as hosts reach it. */
  readonly app: Api;
  /** Applications' own connection, and the oracle's. */
  readonly sql: Connection['sql'];
  link!: LinkInfo;
  private tabId!: number;
  private linkedSheet!: Snapshot;
  /** Highest change that a reader with a cursor would have seen; used where consuming by delete is taken away. */
  cursor = 0;
  private played = 0;
  /** Tandem's own, `link` first: the others refer to it. */
  private tables: string[] = [];
  /** The table was changed by DDL: it is made anew for the next schedule. */
  tableTouched = false;

  private constructor(
    private readonly connections: { hub: Connection; applications: Connection },
    /** Brings a fresh link through its first sync. */
    private readonly firstSync: (world: World) => Promise<void>,
  ) {
    const { hub, applications } = connections;
    this.sql = applications.sql;
    const sql = mortalSql(hub.sql, this.mortality);
    this.app = createApp({
      sql,
      db: hub.db,
      clock: this.clock,
      log: createLog('silent'),
      identity: (token) => Promise.resolve({ sub: token, email: ADMIN }),
      admins: [ADMIN],
    });
  }

  /** On a migrated database that nobody else uses. */
  static async open(url: string, firstSync: (world: World) => Promise<void>): Promise<World> {
    const hub = connectDatabase(url, { max: 2 });
    const applications = connectDatabase(url, { max: 3 });
    const world = new World({ hub, applications }, firstSync);
    const found = await applications.sql<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = 'tandem' ORDER BY tablename <> 'link', tablename`;
    world.tables = found.map(({ name }) => name).filter((name) => !MIGRATIONS.test(name));
    await world.build();
    return world;
  }

  async close(): Promise<void> {
    await this.connections.hub.close(1);
    await this.connections.applications.close(1);
  }

  get tab(): Tab {
    return this.workbook.tabById(this.tabId)!;
  }

  /** Milliseconds of real time since it was last emptied, by where they went. */
  spent: Record<string, number> = {};

  spend(what: string, since: number): void {
    this.spent[what] = (this.spent[what] ?? 0) + performance.now() - since;
  }

  /** One request to the hub, as the owner. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
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
    throw new Error(`${method} ${path}: ${status} ${(answer as ErrorBody).error.message}`);
  }

  /** Everything as after a first sync of {@link INITIAL_ROWS} equal rows; `unstarted`: with the link in preview. */
  async reset(unstarted = false): Promise<void> {
    this.mortality.statements = null;
    this.mortality.died = false;
    this.clock.reset();
    if (this.tableTouched || unstarted) {
      await this.build(unstarted);
      return;
    }
    // Dead rows slow every statement; truncating is dearer than deleting, so it is done now and then.
    const empty = this.played++ % 25 === 24 ? 'TRUNCATE' : 'DELETE FROM';
    // One simple-protocol message is one transaction.
    await this.sql.unsafe(`
      SET LOCAL session_replication_role = replica;
      DROP TRIGGER IF EXISTS capitals ON item;
      ${empty === 'TRUNCATE' ? `TRUNCATE item, ${this.tables.map(qualified).join(', ')};` : ['item', ...this.tables.map(qualified)].map((t) => `DELETE FROM ${t};`).join(' ')}
      ${FILL};
      ${this.tables.map((name) => `INSERT INTO ${qualified(name)} SELECT * FROM saved."${name}";`).join(' ')}`);
    this.workbook.restore(this.linkedSheet);
  }

  /** The table's own trigger rewrites what is written. */
  async addCapitalsTrigger(): Promise<void> {
    await this.sql.unsafe(`
      CREATE OR REPLACE FUNCTION capitals() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
      CREATE TRIGGER capitals BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION capitals()`);
  }

  /** Table, link and sheet from nothing, through the API; kept as the state that {@link reset} goes back to. */
  private async build(unstarted = false): Promise<void> {
    this.tableTouched = unstarted;
    this.clock.reset();
    await this.sql.unsafe(`
      DROP TABLE IF EXISTS item CASCADE; DROP SCHEMA IF EXISTS saved CASCADE; CREATE SCHEMA saved;
      TRUNCATE ${this.tables.map(qualified).join(', ')} CASCADE; ${TABLE}; ${FILL};`);
    for (const tab of this.workbook.tabs.slice(1)) this.workbook.deleteTab(tab.id);
    const old = this.workbook.tabs[0];
    const tab = this.workbook.addTab({ title: `Items ${this.workbook.revision}`, rowCount: 40, columnCount: 8 });
    if (old) this.workbook.deleteTab(old.id);
    this.tabId = tab.id;
    tab.setInputs(1, 1, [[...HEADERS]], { mode: 'raw' });
    const rows = Array.from({ length: INITIAL_ROWS }, (_, i) => [
      i + 1,
      `name ${i + 1}`,
      `memo ${i + 1}`,
      i + 1,
      `note ${i + 1}`,
    ]);
    tab.setInputs(2, 1, rows, { mode: 'raw' });
    this.workbook.metadata = [];
    HEADERS.forEach((header, index) => {
      const at = MAPPED.indexOf(header as (typeof MAPPED)[number]);
      if (at < 0) return;
      const location = { type: 'COLUMN' as const, tabId: tab.id, index: index + 1 };
      this.workbook.addMetadata({ key: 'tandem.column', value: `c${at + 1}`, visibility: 'DOCUMENT', location });
    });
    this.link = await this.demand<LinkInfo>('POST', '/v1/links', {
      spreadsheet: SPREADSHEET,
      sheet: tab.id,
      sheetName: tab.title,
      timeZone: this.workbook.timeZone,
      schema: 'public',
      table: 'item',
      columns: MAPPED.map((name) => ({ header: name, column: name })),
    });
    if (unstarted) return;
    await this.firstSync(this);
    for (const name of this.tables) await this.sql.unsafe(`CREATE TABLE saved."${name}" AS TABLE ${qualified(name)}`);
    this.linkedSheet = this.workbook.snapshot();
  }
}

const qualified = (name: string): string => `tandem."${name}"`;
