import { isBlank, type Cells } from '../cell.ts';
import { bucketDigests, cellHash, rowHash } from '../digest.ts';
import { HEADER_ROW, MESSAGE_BYTES, PUSH_ROWS, RUN_BUDGET_MS } from '../limits.ts';
import { activeColumns, type Mapping } from '../mapping.ts';
import type { ErrorBody } from '../protocol/error.ts';
import { NOTE_PREFIX } from '../protocol/mark.ts';
import type { RefusedCell, ReplaceRequest, WholeTab } from '../protocol/replace.ts';
import { findAnomaly } from './anomaly.ts';
import type { CycleOptions, CycleReport } from './cycle.ts';
import { ask, send, type Memo, type SheetReading, type Step } from './effects.ts';
import { locateColumns } from './locate-columns.ts';
import { readSheet } from './read-sheet.ts';

/** See cycle.ts. */
const MAX_SCANS = 4;

type SentRow = ReplaceRequest['rows'][number];

/** The tab as a replace link sees it: rows have no key, and their order means nothing. */
export function wholeTab(
  reading: SheetReading,
  mapping: Mapping,
): {
  tab: WholeTab;
  rows: SentRow[];
  untagged: { position: number; id: string }[];
  /** Of mapped columns, by header. */
  positions: Map<string, number>;
} {
  const located = locateColumns(reading.columns, mapping);
  const anomaly = findAnomaly(reading, mapping, located);
  const columns = activeColumns(mapping).filter(({ id }) => located.positions.has(id));
  const ids = columns.map(({ id }) => id);
  const rows: SentRow[] = [];
  for (const [index, line] of anomaly === null ? reading.rows.entries() : []) {
    const cells: Cells = {};
    for (const id of ids) cells[id] = line[located.positions.get(id)! - 1] ?? null;
    if (Object.values(cells).every((cell) => isBlank(cell))) continue;
    rows.push({ row: HEADER_ROW + 1 + index, cells });
  }
  const headers = [...located.positions].map(([id, position]) => ({
    position,
    header: reading.columns[position - 1]!.header,
    id,
  }));
  const hashes = rows.map(({ cells }) => ['', rowHash('', ids, cells)] as const);
  const digest = bucketDigests(hashes, 1)[0]!;
  const tab = { digest, rows: rows.length, headers, anomaly, timeZone: reading.timeZone };
  const positions = new Map(
    mapping.columns.flatMap(({ id, header }) => {
      const position = located.positions.get(id);
      return position === undefined ? [] : [[header, position] as const];
    }),
  );
  return { tab, rows, untagged: anomaly === null ? located.untagged : [], positions };
}

/**
 * One pass over a replace link: reads the tab, says what it looks like as a whole, and sends all of it where the hub
 * asks. Nothing is ever written to the sheet. An edit alone sets nothing going: the tab goes with the next full pass.
 */
export function* replaceTab(options: CycleOptions): Step<CycleReport> {
  const report: CycleReport = { outcome: 'done', pushed: 0, cellsWritten: 0, refused: [], notices: [] };
  if (options.mode.kind === 'rows') return report;
  let { mapping } = options;
  const known = { memo: yield* ask('recall', {}) };
  for (let scans = 1; scans <= MAX_SCANS; scans++) {
    const error = yield* pass(options, mapping, known, report);
    if (error === null) return report;
    if (error.retry !== 'rescan') return { ...report, outcome: 'failed', message: error.message, error };
    report.pushed = 0;
    if (error.mapping) {
      mapping = error.mapping;
      yield* ask('rememberMapping', { mapping });
    }
    if (error.epoch !== undefined) {
      known.memo = { ...known.memo, epoch: error.epoch };
      yield* ask('remember', known);
    }
  }
  const message = 'Another sync of this tab is running. This one gave way and will run again.';
  return { ...report, outcome: 'failed', message, error: { code: 'busy', message, retry: 'later' } };
}

/** Answers the error that ended it, or null. What it comes to know is known to the next one. */
function* pass(
  { link, run, budgetMs = RUN_BUDGET_MS }: CycleOptions,
  mapping: Mapping,
  known: { memo: Memo },
  report: CycleReport,
): Step<ErrorBody['error'] | null> {
  const { tab, rows, untagged, positions } = wholeTab(yield* readSheet(mapping, false), mapping);
  if (untagged.length > 0) yield* ask('tagColumns', { tags: untagged });
  const envelope = { link: link.id, spreadsheet: link.spreadsheet, run, mapFingerprint: mapping.fingerprint };
  const opened = yield* send('replace', { ...envelope, ifEpoch: known.memo.epoch, tab, rows: [], last: false });
  if (!opened.ok) return opened.error;
  let { reply } = opened;
  const { epoch } = reply;
  // Opened again under the epoch before, it would get the answer to its first opening.
  known.memo = { ...known.memo, epoch };
  yield* ask('remember', known);
  const chunks = reply.more ? toChunks(rows) : [];
  for (const [index, chunk] of chunks.entries()) {
    if ((yield* ask('elapsed', {})) > budgetMs) {
      report.outcome = 'more';
      return null;
    }
    if (index > 0) yield* ask('progress', { text: `Sent ${report.pushed} of ${rows.length} rows` });
    const last = index === chunks.length - 1;
    const sent = yield* send('replace', { ...envelope, epoch, seq: index + 2, rows: chunk, last });
    if (!sent.ok) return sent.error;
    reply = sent.reply;
    report.pushed += chunk.length;
  }
  report.notices = reply.notices;
  if (reply.again) report.outcome = 'more';
  if (reply.paused) {
    report.outcome = 'paused';
    report.message = reply.paused.message;
  }
  report.refused = reply.refused.map(({ row, message }) => ({
    key: `row ${row}`,
    result: 'rejected',
    error: { code: 'invalid_value', message },
  }));
  const started = !reply.notices.some(({ code }) => code === 'preview');
  if (!reply.paused && started) yield* noteRefused(reply.refused, positions, known.memo);
  return null;
}

/**
 * Notes on the cells that keep the table from being replaced, and on no others (R17): rows have no key to find a note by
 * again, so all notes of ours in the mapped columns are looked through. What was noted is remembered in place of a
 * write-ahead note, so that nothing is looked at while that stays the same.
 */
function* noteRefused(refused: readonly RefusedCell[], positions: ReadonlyMap<string, number>, memo: Memo): Step<void> {
  const marks = refused.flatMap(({ row, header, message }) => {
    const position = positions.get(header);
    return position === undefined ? [] : [{ row, position, message: NOTE_PREFIX + message }];
  });
  const print = marks.length === 0 ? null : cellHash(JSON.stringify(marks));
  if (print === memo.note) return;
  yield* ask('markCells', { marks, own: [...positions.values()] });
  yield* ask('remember', { memo: { ...memo, note: print } });
}

/** At least one chunk: an empty tab must say so. */
function toChunks(rows: readonly SentRow[]): SentRow[][] {
  const chunks: SentRow[][] = [[]];
  let bytes = 0;
  for (const row of rows) {
    const size = JSON.stringify(row).length;
    const chunk = chunks.at(-1)!;
    if (chunk.length > 0 && (chunk.length >= PUSH_ROWS || bytes + size > MESSAGE_BYTES)) {
      chunks.push([row]);
      bytes = size;
    } else {
      chunk.push(row);
      bytes += size;
    }
  }
  return chunks;
}
