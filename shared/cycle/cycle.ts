import { PUSH_ROWS, RUN_BUDGET_MS } from '../limits.ts';
import { activeColumns, type Mapping } from '../mapping.ts';
import type { ErrorBody } from '../protocol/error.ts';
import type { Mark, Marked } from '../protocol/mark.ts';
import type { Notice } from '../protocol/notice.ts';
import type { Offer, OfferResult } from '../protocol/offer.ts';
import type { RowResult } from '../protocol/push.ts';
import { shorten } from '../text-format.ts';
import { applyOffers } from './apply.ts';
import { ask, send, type Memo, type Step } from './effects.ts';
import { giveKeys } from './give-keys.ts';
import { applyMarks } from './marks.ts';
import { outcomesOf, writeNote } from './note.ts';
import { replaceTab } from './replace-tab.ts';
import { readSheet } from './read-sheet.ts';
import { scanSheet, type Scan, type ScannedRow } from './scan.ts';
import { toPushes, wantedRows } from './wanted-rows.ts';

/** `rows` pushes the rows an edit touched (sheet row numbers, inclusive); it never says that a row is absent. */
export type CycleMode = { kind: 'full' } | { kind: 'rows'; from: number; to: number };

export interface CycleOptions {
  link: { id: string; spreadsheet: string };
  mapping: Mapping;
  /** Id of this run, never used before. */
  run: string;
  mode: CycleMode;
  /** No new chunk is started after this many milliseconds. */
  budgetMs?: number;
  /** What the tab's drop-downs were last made from, where they are this host's to keep; see R39. */
  choices?: string;
}

export interface CycleReport {
  /** more: the budget ran out, or the hub has more to give; run again. */
  outcome: 'done' | 'more' | 'paused' | 'failed';
  /** Why it paused or failed, for a person. */
  message?: string;
  error?: ErrorBody['error'];
  /** Rows pushed to the hub; cells written to the sheet. */
  pushed: number;
  cellsWritten: number;
  /** Rows the database refused, or that are held for a person. */
  refused: RowResult[];
  notices: Notice[];
  /** What drop-downs are made from has changed, to this. */
  choices?: string;
}

/** Apart from a lost race for the epoch, a new mapping is the only reason to scan again; more than this is a livelock. */
const MAX_SCANS = 4;

/** Keys reserved by one message: what a run that dies leaves unused at most. */
const RESERVED_ROWS = 500;

/** One pass over one link: scan, sync, push, apply, ack. */
export function* runCycle(options: CycleOptions): Step<CycleReport> {
  if (options.mapping.kind === 'replace') return yield* replaceTab(options);
  const cycle = new Cycle(options);
  return yield* cycle.run();
}

/** What the replies of a run have in common. */
interface Reply {
  offers: Offer[];
  marks: Mark[];
  more: boolean;
  again?: boolean | undefined;
}

class Cycle {
  private mapping: Mapping;
  private memo: Memo = { epoch: 0, note: null };
  private seq = 0;
  private scan!: Scan;
  private offers: Offer[] = [];
  private marks: Mark[] = [];
  private more = false;
  /** The hub's last reply left this run something to do: it holds the lease for it until the run's last message. */
  private open = false;
  /** Why Sheets refuses a key that was reserved; told with the next ack. */
  private unkeyed: string | null = null;
  /** Another host gave way to this run. */
  private again = false;
  private readonly report: CycleReport = { outcome: 'done', pushed: 0, cellsWritten: 0, refused: [], notices: [] };

  constructor(private readonly options: CycleOptions) {
    this.mapping = options.mapping;
  }

  *run(): Step<CycleReport> {
    this.memo = yield* ask('recall', {});
    for (let scans = 1; scans <= MAX_SCANS; scans++) {
      this.offers = [];
      this.marks = [];
      this.more = false;
      yield* this.look();
      const rows = this.editedRows();
      const error = rows === null ? yield* this.sync() : yield* this.pushEdited(rows);
      if (error === null) {
        if (this.again && this.report.outcome === 'done') this.report.outcome = 'more';
        return this.report;
      }
      if (error.retry !== 'rescan') return this.fail(error);
      if (error.mapping) {
        this.mapping = error.mapping;
        yield* ask('rememberMapping', { mapping: error.mapping });
      }
      if (error.epoch !== undefined) {
        this.memo = { ...this.memo, epoch: error.epoch };
        yield* ask('remember', { memo: this.memo });
      }
    }
    return this.fail({
      code: 'busy',
      message: 'Another sync of this tab is running. This one gave way and will run again.',
      retry: 'later',
    });
  }

  private *look(): Step<void> {
    this.scan = scanSheet(yield* readSheet(this.mapping, false), this.mapping);
    // A column that was set aside is marked only once the hub has taken it up as the new column that it may be.
    const aside = new Set(this.mapping.columns.filter((column) => column.suspended !== undefined).map(({ id }) => id));
    const tags = this.scan.untagged.filter(({ id }) => !aside.has(id));
    if (tags.length > 0 && this.scan.summary.anomaly === null) {
      yield* ask('tagColumns', { tags });
    }
  }

  /** A renamed header becomes the mapping's, here as in the hub: later scans compare with it. */
  private *adoptHeaders(): Step<void> {
    if (this.scan.summary.anomaly !== null) return;
    const seen = new Map(this.scan.summary.headers.map(({ id, header }) => [id, header]));
    const columns = this.mapping.columns.map((column) => ({
      ...column,
      header: seen.get(column.id)?.trim() || column.header,
    }));
    if (columns.every((column, index) => column.header === this.mapping.columns[index]!.header)) return;
    this.mapping = { ...this.mapping, columns };
    yield* ask('rememberMapping', { mapping: this.mapping });
  }

  /** The rows to push by themselves, or null where only a full cycle will do. */
  private editedRows(): ScannedRow[] | null {
    const { mode } = this.options;
    if (mode.kind === 'full' || this.memo.note !== null || !this.scan.summary.complete) return null;
    // A column that is not there must be told by a full cycle first: it is never read as blanks (I13).
    if (activeColumns(this.mapping).some(({ id }) => !this.scan.positions.has(id))) return null;
    const touched = ({ row }: { row: number }) => row >= mode.from && row <= mode.to;
    const rows = [...this.scan.rows.values()].filter(touched);
    // A key is reserved within an epoch that a sync has opened.
    if (this.scan.keyless.some((row) => touched(row) && row.complete)) return null;
    return rows.length === 0 || rows.length > PUSH_ROWS ? null : rows;
  }

  /** A full cycle. Answers the error that ended it, or null. */
  private *sync(): Step<ErrorBody['error'] | null> {
    const { note } = this.memo;
    const trusted = this.scan.summary.anomaly === null;
    const outcomes = note !== null && trusted ? outcomesOf(note, this.scan) : [];
    const opened = yield* send('sync', {
      ...this.envelope(),
      ifEpoch: this.memo.epoch,
      scan: this.scan.summary,
      outcomes,
      ...(this.options.choices === undefined ? {} : { choices: this.options.choices }),
    });
    if (!opened.ok) return opened.error;
    const { reply } = opened;
    if (reply.choices !== undefined) this.report.choices = reply.choices;
    // The note has been delivered unless the scan could not be trusted to tell what its cells show.
    yield* this.opened(reply.epoch, trusted ? null : note);
    yield* this.adoptHeaders();
    this.report.notices = reply.notices;
    if (reply.paused) {
      this.report.outcome = 'paused';
      this.report.message = reply.paused.message;
      return null;
    }
    this.take(reply);
    // A row that was not there is told missing first: its notes have no reason then, should the row come in this run.
    this.marks = this.marks.filter(({ key }) => this.scan.keyRows.has(key));

    const { rows, missing } = wantedRows(reply.want, this.scan);
    const pushes = toPushes(rows);
    if (pushes.length === 0 && missing.length > 0) pushes.push([]);
    for (const [index, chunk] of pushes.entries()) {
      if (index > 0) {
        yield* ask('progress', { text: `Sent ${this.report.pushed} of ${rows.length} rows` });
        if (yield* this.outOfTime()) {
          this.report.outcome = 'more';
          break;
        }
      }
      const pushed = yield* send('push', {
        ...this.envelope(),
        ...this.next(),
        scope: 'full',
        rows: chunk,
        // With the first rows: a key that was edited is new here and missing there, and is known by both.
        missing: index === 0 ? missing : [],
      });
      if (!pushed.ok) return pushed.error;
      this.pushed(chunk.length, pushed.reply.results);
      this.take(pushed.reply);
      if (pushed.reply.notices.length > 0) this.report.notices = pushed.reply.notices;
    }
    const failed = yield* this.keyRows(new Set(reply.reserve));
    return failed ?? (yield* this.applyAll()) ?? (yield* this.close());
  }

  /** The hub still waits for what it asked, and the sheet does not show it any more: it is told that the run ends. */
  private *close(): Step<ErrorBody['error'] | null> {
    if (!this.open && this.unkeyed === null) return null;
    const closed = yield* send('ack', {
      ...this.envelope(),
      ...this.next(),
      results: [],
      marked: [],
      final: true,
      ...this.takeUnkeyed(),
    });
    if (!closed.ok) return closed.error;
    this.again ||= closed.reply.again === true;
    return null;
  }

  /** Rows without a key that may have one by now: reserved first, written, and then pushed like any new row. */
  private *keyRows(allowed: ReadonlySet<string>): Step<ErrorBody['error'] | null> {
    const rows = this.scan.keyless.filter(({ hash }) => allowed.has(hash));
    for (let from = 0; from < rows.length; from += RESERVED_ROWS) {
      if (yield* this.outOfTime()) {
        this.report.outcome = 'more';
        return null;
      }
      const chunk = rows.slice(from, from + RESERVED_ROWS);
      const reserved = yield* send('reserveKeys', { ...this.envelope(), ...this.next(), n: chunk.length });
      if (!reserved.ok) {
        if (reserved.error.retry !== 'never') return reserved.error;
        // The table makes no keys, or will not: the rest of the cycle does not depend on it.
        this.seq--;
        this.report.notices.push({ code: 'rows_without_key', message: reserved.error.message, count: rows.length });
        return null;
      }
      this.open = true;
      const keyed = yield* giveKeys(chunk, reserved.reply.keys, this.mapping);
      this.unkeyed ??= keyed.refused;
      this.report.cellsWritten += keyed.cellsWritten;
      for (const part of toPushes(keyed.rows)) {
        const pushed = yield* send('push', {
          ...this.envelope(),
          ...this.next(),
          scope: 'full',
          rows: part,
          missing: [],
        });
        if (!pushed.ok) return pushed.error;
        this.pushed(part.length, pushed.reply.results);
        this.take(pushed.reply);
        this.report.notices = pushed.reply.notices;
      }
    }
    return null;
  }

  /** The short cycle after an edit: one push that opens its own epoch. */
  private *pushEdited(rows: readonly ScannedRow[]): Step<ErrorBody['error'] | null> {
    const pushed = yield* send('push', {
      ...this.envelope(),
      ifEpoch: this.memo.epoch,
      scope: 'rows',
      timeZone: this.scan.summary.timeZone,
      rows: rows.map(({ key, hash, cells }) => ({ key, hash, cells })),
      missing: [],
    });
    if (!pushed.ok) return pushed.error;
    yield* this.opened(pushed.reply.epoch, null);
    this.pushed(rows.length, pushed.reply.results);
    this.report.notices = pushed.reply.notices;
    this.take(pushed.reply);
    return yield* this.applyAll();
  }

  /** Applies what the hub offered, and what it offers in answer to the acks, until nothing is left. */
  private *applyAll(): Step<ErrorBody['error'] | null> {
    let unclear = false;
    while (this.offers.length > 0 || this.marks.length > 0 || this.more) {
      const outOfTime = yield* this.outOfTime();
      const offers = outOfTime ? [] : this.offers;
      this.offers = [];
      let results: OfferResult[] = [];
      let places: Scan | null = null;
      if (offers.length > 0) {
        this.memo = { ...this.memo, note: writeNote(offers) };
        yield* ask('remember', { memo: this.memo });
        const applied = yield* applyOffers(offers, this.mapping);
        results = applied.results;
        unclear = applied.unclear === true;
        places = applied.scan;
        this.report.cellsWritten += applied.cellsWritten;
      }
      const marked = yield* this.mark(places);
      const acked = yield* send('ack', {
        ...this.envelope(),
        ...this.next(),
        results,
        marked,
        final: outOfTime || unclear,
        ...this.takeUnkeyed(),
      });
      if (!acked.ok) return acked.error;
      this.more = false;
      this.take(acked.reply);
      if (outOfTime || unclear) {
        this.open = false;
        this.report.outcome = 'more';
        break;
      }
    }
    // What could not be told is for the next run to look for, by the note.
    if (this.memo.note !== null && !unclear) {
      this.memo = { ...this.memo, note: null };
      yield* ask('remember', { memo: this.memo });
    }
    return null;
  }

  /** Marks need to know where rows stand now: from the read-back of this apply, or from a reading of their own. */
  private *mark(places: Scan | null): Step<Marked[]> {
    const marks = this.marks;
    this.marks = [];
    if (marks.length === 0) return [];
    const scan = places ?? scanSheet(yield* readSheet(this.mapping, false), this.mapping);
    return yield* applyMarks(marks, this.mapping, scan);
  }

  private *opened(epoch: number, note: string | null): Step<void> {
    this.memo = { epoch, note };
    this.seq = 1;
    yield* ask('remember', { memo: this.memo });
  }

  private *outOfTime(): Step<boolean> {
    return (yield* ask('elapsed', {})) > (this.options.budgetMs ?? RUN_BUDGET_MS);
  }

  private take(reply: Reply & { want?: unknown[]; reserve?: unknown[] | undefined }): void {
    const { want = [], reserve = [], offers, marks, more } = reply;
    this.open = more || [want, reserve, offers, marks].some(({ length }) => length > 0);
    this.offers.push(...reply.offers);
    // Of two for one cell the later one holds: written in one call, the former could stay.
    const again = new Set(marks.map(({ key, column }) => `${column}\n${key}`));
    this.marks = this.marks.filter(({ key, column }) => !again.has(`${column}\n${key}`)).concat(marks);
    this.more ||= reply.more;
    this.again ||= reply.again === true;
  }

  private pushed(rows: number, results: readonly RowResult[]): void {
    this.report.pushed += rows;
    for (const result of results) {
      if (result.result !== 'ok' && result.result !== 'staged') this.report.refused.push(result);
    }
  }

  private takeUnkeyed(): { unkeyed?: string } {
    const why = this.unkeyed;
    this.unkeyed = null;
    return why === null ? {} : { unkeyed: shorten(why, 500) };
  }

  private envelope() {
    const { link, run } = this.options;
    return { link: link.id, spreadsheet: link.spreadsheet, run, mapFingerprint: this.mapping.fingerprint };
  }

  private next(): { epoch: number; seq: number } {
    return { epoch: this.memo.epoch, seq: ++this.seq };
  }

  private fail(error: ErrorBody['error']): CycleReport {
    return { ...this.report, outcome: 'failed', message: error.message, error };
  }
}
