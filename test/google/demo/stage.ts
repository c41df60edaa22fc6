import { compareSides, countDifferences, type ComparedColumn, type Comparison } from './compare-sides.ts';
import { ActivityLog } from './activity-log.ts';
import type { Demo } from './boot.ts';
import { EventStream } from './event-stream.ts';
import type { ScriptCall, ScriptReply, SheetAction, SheetView, SqlReply, Status, TableView } from './page/messages.ts';
import { describeAction, performAction } from './perform-action.ts';
import { viewSheet } from './sheet-view.ts';
import { SqlBox } from './sql-box.ts';
import { readTable, tableStamp, viewTable } from './table-rows.ts';

/** How often the table is looked at for what other programs wrote, while a page is open. */
const WATCH_MS = 1500;

/** What the runs are called in the log. */
const runNames: Record<string, string> = {
  tick: 'Time-driven tick',
  onSheetEdit: 'On-edit trigger',
  onSheetChange: 'On-change trigger',
};

/** Calls that an open sidebar makes by itself. */
const quietCalls = new Set(['state', 'progress']);

/** What the page shows and does, over a running demo. */
export class Stage {
  readonly events = new EventStream();
  readonly activity: ActivityLog;
  readonly #sqlBox: SqlBox;
  readonly #stops: (() => void)[] = [];
  #stamp = '';

  constructor(readonly demo: Demo) {
    this.activity = new ActivityLog(() => demo.google.clock.now());
    this.#sqlBox = new SqlBox(demo.databaseUrl);
    this.activity.onEntry = (entry) => this.events.send('activity', entry);
    const { workbook } = demo.spreadsheet;
    this.#stops.push(
      workbook.onChange(() => {
        this.events.send('sheet', { revision: workbook.revision });
        this.#statusSoon();
      }),
      demo.onRun(({ kind, fn, failure, ...cost }) => {
        // The sidebar's calls are told by name, below.
        if (kind !== 'client') {
          const text = failure === null ? (runNames[fn] ?? fn) : `${fn}: ${failure}`;
          this.activity.add({ kind: 'script', text, failed: failure !== null, ...cost });
        }
        void this.#lookAtTable();
        this.#statusSoon();
      }),
    );
    const timer = setInterval(() => {
      if (this.events.listening > 0) void this.#lookAtTable();
    }, WATCH_MS);
    this.#stops.push(() => clearInterval(timer));
  }

  sheet(): SheetView {
    const { demo } = this;
    return viewSheet(demo.spreadsheet.workbook, demo.tab, demo.hands.canUndo);
  }

  table(): Promise<TableView> {
    return viewTable(this.demo.sql, this.demo.table);
  }

  act(action: SheetAction): void {
    performAction(this.demo.hands, this.demo.tab, action);
    this.activity.add({ kind: 'person', text: describeAction(action) });
  }

  async runSql(text: string): Promise<SqlReply> {
    const reply = await this.#sqlBox.run(text);
    this.activity.add({ kind: 'sql', text: oneLine(text), failed: !reply.ok });
    await this.#lookAtTable();
    return reply;
  }

  /** Fires the time-driven trigger now. */
  async tick(): Promise<Status> {
    this.activity.add({ kind: 'clock', text: 'Tick fired by hand' });
    await this.demo.tick();
    return this.status();
  }

  sidebar(): Promise<string> {
    return this.demo.openSidebar();
  }

  /** A call of the sidebar through `google.script.run`. */
  async callScript({ name, args }: ScriptCall): Promise<ScriptReply> {
    const { install, counters, google } = this.demo;
    const before = counters.snapshot();
    const start = google.clock.now();
    const reply = await install.run(name, args).then(
      (value): ScriptReply => ({ ok: true, value }),
      (error: unknown): ScriptReply => ({ ok: false, message: error instanceof Error ? error.message : String(error) }),
    );
    const called = String(args[0] ?? name);
    if (!quietCalls.has(called)) {
      await this.demo.findTable();
      const { reads, cellWrites: writes, calls } = counters.since(before);
      const ms = Math.round(google.clock.now() - start);
      this.activity.add({ kind: 'script', text: `Sidebar: ${called}`, failed: !reply.ok, reads, writes, calls, ms });
    }
    return reply;
  }

  async status(): Promise<Status> {
    const { demo } = this;
    const comparison = await compareNow(demo).catch(() => null);
    const next = demo.nextTick();
    return {
      now: new Date(demo.google.clock.now()).toISOString(),
      nextTick: next === null ? null : new Date(next).toISOString(),
      running: demo.running(),
      inStep: comparison === null ? null : countDifferences(comparison) === 0,
      differing: comparison === null ? 0 : countDifferences(comparison),
    };
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#sqlBox.close();
  }

  #statusTimer: NodeJS.Timeout | undefined;

  #statusSoon(): void {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      void this.status().then((status) => this.events.send('status', status));
    }, 120);
  }

  async #lookAtTable(): Promise<void> {
    const { sql, table } = this.demo;
    if (table === null) return;
    const stamp = await tableStamp(sql, table).catch(() => '');
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.events.send('table', {});
    this.#statusSoon();
  }
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200);

/** Compares the linked tab with its table as they are at this moment; null when nothing is linked. */
export async function compareNow(demo: Demo): Promise<Comparison | null> {
  const { sql, table, tab } = demo;
  if (table === null) return null;
  const [link] = await sql<{ columns: ComparedColumn[] }[]>`
    select jsonb_path_query_array(mapping, '$.columns[*]') as columns from tandem.link
    where spreadsheet = ${demo.spreadsheet.workbook.id} and sheet = ${tab.id}`;
  const rows = await readTable(sql, table);
  if (link === undefined || rows === null) return null;
  return compareSides(tab, rows, link.columns);
}
