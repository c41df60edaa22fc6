import { sheets, type sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import type { Sql } from 'postgres';
import { toTandemError } from '../../api/database/errors.ts';
import { SheetsError } from '../../api/sheets/call.ts';
import { runHost } from '../../api/sheets/run-host.ts';
import { isError, sameCell } from '../../shared/cell.ts';
import type { CycleReport } from '../../shared/cycle/cycle.ts';
import type { CellMark, SheetReading } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import { NOTE_PREFIX } from '../../shared/protocol/mark.ts';
import { createRestServer, type RestServer } from '../google/rest/server.ts';
import { Gate } from './gate.ts';
import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import { keyOf } from './profiles.ts';
import {
  type MarksPut,
  columnIds,
  isComplete,
  keysOf,
  notesAstray,
  notesHidden,
  NONE_PUT,
  readSheet,
  toCell,
  unmappedCells,
} from './sheet-effects.ts';
import { OWNER, type World } from './world.ts';

/** What happens to the next call of the Sheets API. */
export type GoogleFault = 'lost' | 'lostReply' | 'busy' | 'down' | 'broken';

interface Run {
  number: number;
  gate: Gate;
  /** The lease it writes under, once it has called Google. */
  lease: string | null;
  reading: SheetReading | null;
  /** As of the simulation's own host: what it put, and has not looked at since. */
  put: MarksPut;
  report: CycleReport | null;
  /** Why it ended early. */
  failure: string | null;
}

/** Runs of the REST host are told from those of the add-on in what the oracle hears. */
const FIRST_RUN = 1_000_000;

/**
 * The server's own host (api/sheets) over the REST face of the local Google, on the same workbook. It waits after each
 * answer of Google and before each transaction of the hub, so that anything can happen in between. A killed run waits
 * for ever; resumed, it is a process that slept while others took over.
 */
export class RestHost {
  private readonly server: RestServer;
  private run: Run | null = null;
  private readonly zombies: Run[] = [];
  private runs = 0;
  /** Faults that wait for a call, in order. */
  armed: GoogleFault[] = [];
  used = false;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly oracle: Oracle,
  ) {
    this.server = createRestServer({
      now: () => world.clock.ms,
      authorize: () => ({ email: OWNER }),
      documents: {
        find: (id) => (id === world.link.spreadsheet ? world.workbook : undefined),
        create: () => {
          throw new Error('nothing is created here');
        },
      },
    });
  }

  get running(): boolean {
    return this.run !== null;
  }

  /** Where the run waits. */
  get doing(): string | null {
    return this.run?.gate.at ?? null;
  }

  /** Begins a run, unless one is under way in this process. */
  async start(): Promise<boolean> {
    if (this.run !== null) return false;
    this.used = true;
    const run: Run = {
      number: FIRST_RUN + ++this.runs,
      gate: new Gate(),
      lease: null,
      reading: null,
      put: NONE_PUT,
      report: null,
      failure: null,
    };
    this.run = run;
    const { world } = this;
    void runHost({
      ctx: { ...world.context, sql: this.gatedSql(run) },
      link: world.link.id,
      api: this.client(run),
      // Whole seconds: how long exactly is chance that no seed decides.
      wait: (ms) => Promise.resolve(world.clock.advance(Math.floor(ms / 1000) * 1000)),
    }).then(
      (report) => {
        run.report = report;
        this.count(`rest:${report.outcome}`);
        run.gate.end();
      },
      (error: unknown) => {
        run.failure = this.explain(error);
        this.oracle.leaveStrays(unmappedCells(world.tab));
        for (const note of run.put.astray) this.oracle.notesLeft.add(note);
        this.oracle.gaveWay ||= run.failure === 'busy';
        this.count(`rest:${run.failure}`);
        run.gate.end();
      },
    );
    return this.advance(run);
  }

  /** Lets the run go on to the next place where it waits; answers whether there is more of it. */
  async step(): Promise<boolean> {
    return this.run !== null && this.advance(this.run);
  }

  async finish(): Promise<void> {
    while (await this.step());
  }

  kill(): void {
    if (this.run === null) return;
    this.count(`restKill:${this.run.gate.at}`);
    this.zombies.push(this.run);
    this.run = null;
  }

  /** A killed run was only asleep: it goes on to its end. */
  async resume(index: number): Promise<boolean> {
    if (this.zombies.length === 0) return false;
    const [zombie] = this.zombies.splice(index % this.zombies.length, 1);
    while (await this.advance(zombie!));
    return true;
  }

  private async advance(run: Run): Promise<boolean> {
    this.world.clock.advance(150);
    const more = await this.network.whileUnblocked(run.gate.next());
    if (!more && this.run === run) this.run = null;
    return more;
  }

  private count(what: string): void {
    this.network.count(what);
  }

  /** What ends a run early and is nobody's mistake. */
  private explain(error: unknown): string {
    if (error instanceof TandemError) return error.code;
    const known = toTandemError(error);
    if (known !== null) return known.code;
    if (error instanceof SheetsError) return `google${error.status}`;
    const message = error instanceof Error ? error.message : String(error);
    if (/too long to write/.test(message)) return 'tooLate';
    if (/hub died/.test(message)) return 'hubDied';
    this.oracle.violations.push(`the REST host broke: ${error instanceof Error ? error.stack : message}`);
    return 'broken';
  }

  private gatedSql(run: Run): Sql {
    return new Proxy(this.world.context.sql, {
      get: (target, name) => {
        if (name !== 'begin') return Reflect.get(target, name) as unknown;
        return async (...parameters: Parameters<Sql['begin']>) => {
          await run.gate.pass('hub');
          run.put = NONE_PUT;
          await this.world.tellTime();
          return (target.begin as (...all: unknown[]) => Promise<unknown>)(...parameters);
        };
      },
    });
  }

  private client(run: Run): sheets_v4.Sheets {
    return sheets({
      version: 'v4',
      retry: false,
      rootUrl: 'http://sheets.test/',
      fetchImplementation: async (input: string | URL | Request, init?: RequestInit) =>
        this.call(run, new Request(input, init)),
    });
  }

  private async call(run: Run, request: Request): Promise<Response> {
    // It has just been taken.
    run.lease ??= (await this.readLease()).run;
    const fault = this.armed.shift();
    const what = /:batchUpdate/.test(request.url) ? 'write' : 'read';
    if (fault) this.count(`google:${fault}:${what}`);
    if (fault === 'lost') throw new TypeError('fetch failed');
    if (fault === 'busy' || fault === 'down' || fault === 'broken') {
      const status = { busy: 429, down: 503, broken: 500 }[fault];
      return new Response(JSON.stringify({ error: { code: status, message: fault } }), {
        status,
        headers: { 'content-type': 'application/json' },
      });
    }
    const body: unknown = request.method === 'POST' ? await request.clone().json() : {};
    if (what === 'write') await this.checkLease(run);
    const watched = what === 'write' ? this.watch(run, body as sheets_v4.Schema$BatchUpdateSpreadsheetRequest) : null;
    const answer = await this.server.fetch(request);
    if (answer.status < 300) watched?.();
    // A look at notes alone tells nothing of values.
    if (what === 'read' && /Value/.test(request.url))
      this.noteReading(run, body as sheets_v4.Schema$GetSpreadsheetByDataFilterRequest);
    if (fault === 'lostReply') throw new TypeError('fetch failed');
    await run.gate.pass(what);
    return answer;
  }

  private noteReading(run: Run, { dataFilters }: sheets_v4.Schema$GetSpreadsheetByDataFilterRequest): void {
    const { world } = this;
    const now = readSheet(world.tab, false);
    if (dataFilters?.length !== 1 || dataFilters[0]!.gridRange?.startRowIndex !== undefined) {
      for (const { gridRange } of dataFilters ?? []) noteLook(run.reading, now, gridRange ?? {});
      return;
    }
    for (const note of notesHidden(world.tab, world.profile, run.put)) this.oracle.notesLeft.add(note);
    run.reading = now;
    this.oracle.readings.push({
      at: world.clock.ms,
      run: run.number,
      keys: keysOf(world.profile, run.reading),
      complete: isComplete(world.profile, run.reading),
    });
  }

  /** I16: a run writes only while nobody else has taken over. */
  private async checkLease(run: Run): Promise<void> {
    const lease = await this.readLease();
    if (lease.run === null || lease.run === run.lease) return;
    this.oracle.violations.push(`[I16] a run of the REST host writes although ${lease.host} has taken over`);
  }

  private async readLease(): Promise<{ host: string | null; run: string | null }> {
    const [link] = await this.world.sql<{ host: string | null; run: string | null }[]>`
      SELECT lease_host AS host, lease_run AS run FROM tandem.link WHERE id = ${this.world.link.id}::uuid`;
    return link!;
  }

  /**
   * Tells the oracle what the requests replace in the linked tab, and what the run's last reading showed there; call it
   * once it is done. What goes to the archive tab is another tab's, errors that a kept row showed included.
   */
  private watch(run: Run, { requests = [] }: sheets_v4.Schema$BatchUpdateSpreadsheetRequest): () => void {
    const { tab, profile } = this.world;
    const ids = columnIds(tab);
    const show = (row: number, position: number) => toCell(tab.value(row, position), tab.numberFormat(row, position));
    const read = (row: number, position: number) => run.reading?.rows[row - HEADER_ROW - 1]?.[position - 1] ?? null;
    const told: (() => void)[] = [];
    const marks = requests.flatMap(({ repeatCell }) => marksOf(repeatCell, tab.id));
    const astray = notesAstray(tab, profile, run.reading, marks);
    const { reading } = run;
    if (marks.length > 0) told.push(() => (run.put = { astray, reading, marks }));
    for (const { updateCells, deleteDimension } of requests) {
      if (updateCells?.range?.sheetId === tab.id && /userEnteredValue/.test(updateCells.fields ?? '')) {
        const {
          startRowIndex: top,
          endRowIndex: end,
          startColumnIndex: left,
          endColumnIndex: right,
        } = updateCells.range;
        for (let row = top! + 1; row <= end!; row++) {
          for (let position = left! + 1; position <= right!; position++) {
            const write = {
              row,
              column: ids.get(position) ?? null,
              before: show(row, position),
              read: read(row, position),
              formula: tab.formula(row, position),
            };
            told.push(() => {
              const value = show(row, position);
              const formula = tab.formula(row, position);
              // A formula that goes back twice, since nobody answered the first time, is where it was, error and all.
              if (formula !== '' && formula === write.formula) return;
              this.oracle.hostWrites({ ...write, value: formula !== '' && isError(value) ? null : value });
            });
          }
        }
      }
      const { sheetId, dimension, startIndex, endIndex } = deleteDimension?.range ?? {};
      if (sheetId !== tab.id || dimension !== 'ROWS') continue;
      for (let row = startIndex! + 1; row <= endIndex!; row++) {
        const cells = new Map([...ids].map(([position, id]) => [id, show(row, position)]));
        const parts = profile.keys.map(({ id }) => cells.get(id) ?? null);
        const looked = [...ids.keys()].every((position) => sameCell(show(row, position), read(row, position)));
        const key = looked ? null : keyOf(profile, parts);
        if (key !== null) told.push(() => this.oracle.deletedAstray.add(key));
        for (const [position, column] of ids) {
          const gone = { row, column, before: show(row, position), read: read(row, position) };
          told.push(() => this.oracle.hostDeletes(gone));
        }
      }
    }
    return () => told.forEach((tell) => tell());
  }
}

/** A note that is put on a cell of the tab, or taken off. */
function marksOf(request: sheets_v4.Schema$RepeatCellRequest | undefined, tab: number): CellMark[] {
  const { sheetId, startRowIndex, startColumnIndex } = request?.range ?? {};
  if (sheetId !== tab || !/\bnote\b/.test(request?.fields ?? '')) return [];
  const note = request?.cell?.note ?? '';
  const message = note.startsWith(NOTE_PREFIX) ? note : null;
  return [{ row: startRowIndex! + 1, position: startColumnIndex! + 1, message }];
}

/** A look at some cells says nothing of the others. */
function noteLook(known: SheetReading | null, now: SheetReading, range: sheets_v4.Schema$GridRange): void {
  for (let row = range.startRowIndex ?? 0; row < (range.endRowIndex ?? 0); row++) {
    const [line, fresh] = [known?.rows[row - HEADER_ROW], now.rows[row - HEADER_ROW]];
    for (let column = range.startColumnIndex ?? 0; line && fresh && column < (range.endColumnIndex ?? 0); column++) {
      line[column] = fresh[column] ?? null;
    }
  }
}
