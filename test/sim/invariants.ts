import { isError, type Cell } from '../../shared/cell.ts';
import { DELETE_GRACE_MS, HEADER_ROW } from '../../shared/limits.ts';
import { showKey } from '../../shared/row-key.ts';
import { archivedRows } from './archive-effects.ts';
import { checkOptions } from './link-checks.ts';
import { plain, type Oracle } from './oracle.ts';
import { isTracked, keyOf, numberedKey, present, type Profile } from './profiles.ts';
import { columnIds, toCell, unmappedCells } from './sheet-effects.ts';
import { INITIAL_ROWS, type World } from './world.ts';

export interface SheetRow {
  row: number;
  key: string | null;
  cells: Record<string, string | null>;
  formulas: Set<string>;
  errors: Set<string>;
}

export interface JournalRow {
  op: string;
  side: string;
  key: string;
  /** Column id; null: the whole row. */
  column: string | null;
  before: string | null;
  after: string | null;
  cause: string;
  run: string | null;
  /** Milliseconds since 1970. */
  at: number;
  /** Of this link, not of another on the same table. */
  own: boolean;
}

/** Both sides and the journal, read past Tandem. */
export interface Truth {
  profile: Profile;
  table: Map<string, Record<string, string | null>>;
  sheet: SheetRow[];
  /** What stands above the mapped columns. */
  headers: (string | null)[];
  /** Of this link. */
  journal: JournalRow[];
  /** Of all links of the table. */
  everything: JournalRow[];
  /** Rows that were deleted, as they are kept to be restored. */
  kept: string[];
  /** What the archive shows, wherever. */
  archived: Set<string | null>;
  /** Keys of rows of the table that the link's filter leaves out. */
  hidden: Set<string>;
}

export async function readTruth(world: World): Promise<Truth> {
  const { profile } = world;
  const names = [
    ...profile.keys.map(({ id, name }) => `${name}::text AS ${id}`),
    ...profile.values.map((column) => `${world.shown(column)} AS ${column.id}`),
    `CASE WHEN ${world.visible.sql} THEN 'yes' END AS visible`,
  ];
  const rows = await world.sql.unsafe<Record<string, string | null>[]>(
    `SELECT ${names.join(', ')} FROM ${profile.table} WHERE ${present(profile)} ORDER BY ${profile.keys.map(({ name }) => name).join(', ')}`,
  );
  const keyOfRow = (row: Record<string, string | null>): string =>
    keyOf(
      profile,
      profile.keys.map(({ id }) => row[id] ?? null),
    )!;
  const table = new Map(
    rows.map((row) => [
      keyOfRow(row),
      Object.fromEntries(profile.values.map(({ id }) => [id, plain(row[id] ?? null)])),
    ]),
  );
  const everything = await world.sql<JournalRow[]>`
    SELECT link = ${world.link.id}::uuid AS own, op, side, key, "column", before::text AS before, after::text AS after, cause, run,
           (extract(epoch FROM at) * 1000)::float8 AS at FROM tandem.journal ORDER BY id`;
  const kept = await world.sql<{ kept: string }[]>`SELECT values::text AS kept FROM tandem.tombstone`;
  const shown = await keptMoments(world);
  return {
    profile,
    table,
    sheet: readSheetRows(world),
    headers: readHeaders(world),
    journal: everything.filter(({ own }) => own),
    everything,
    kept: [...kept.map((row) => row.kept), ...shown],
    archived: new Set(archivedRows(world.workbook).flatMap((line) => line.map(plain))),
    hidden: new Set(rows.filter((row) => row['visible'] === null).map(keyOfRow)),
  };
}

/** Moments of deleted rows as the sheet would show them: they are kept as the table writes them, in another zone. */
async function keptMoments(world: World): Promise<string[]> {
  const moments = world.profile.values.filter(({ kind }) => kind === 'moment');
  const found: string[] = [];
  for (const column of moments) {
    const rows = await world.sql.unsafe<{ shown: string | null }[]>(
      `SELECT ${world.shown(column)} AS shown
         FROM (SELECT CASE WHEN pg_input_is_valid(text, 'timestamptz') THEN text::timestamptz END AS "${column.name}"
                 FROM (SELECT values->>'${column.name}' AS text FROM tandem.tombstone) AS kept) AS moments`,
    );
    found.push(...rows.flatMap(({ shown }) => (shown === null ? [] : [JSON.stringify(shown)])));
  }
  return found;
}

function readHeaders({ tab }: World): (string | null)[] {
  return [...columnIds(tab).keys()].map((position) => plain(toCell(tab.value(HEADER_ROW, position), '')));
}

export function readSheetRows(world: World): SheetRow[] {
  const { tab, profile } = world;
  const ids = [...columnIds(tab)];
  const rows: SheetRow[] = [];
  for (let row = HEADER_ROW + 1; row <= tab.dataExtent().rows; row++) {
    const found: SheetRow = { row, key: null, cells: {}, formulas: new Set(), errors: new Set() };
    let content = false;
    const key = profile.keys.map((): Cell => null);
    for (const [position, id] of ids) {
      const cell = toCell(tab.value(row, position), tab.numberFormat(row, position));
      content ||= cell !== null;
      const part = profile.keys.findIndex((column) => column.id === id);
      if (part >= 0) {
        key[part] = cell;
        continue;
      }
      found.cells[id] = plain(cell);
      if (tab.formula(row, position) !== '') found.formulas.add(id);
      if (typeof cell === 'object' && cell !== null && 'error' in cell) found.errors.add(id);
    }
    found.key = keyOf(profile, key);
    if (content) rows.push(found);
  }
  return rows;
}

interface Books {
  /** Keys that a person is told about: refused, held, missing, repeated. */
  excused: Map<string, string>;
  suspended: Set<string>;
  /** Keys of rows that the sheet has lost. */
  absent: Set<string>;
  /** Columns of rows whose cells were refused, or not taken by the sheet, by key; `*`: the whole row. */
  refused: Map<string, Set<string>>;
  paused: string | null;
  /** The first sync has begun. */
  started: boolean;
  /** Keys of live offers. */
  offers: string[];
  /** Last words at other sheets of the same table that are refused there, by `key:column`. */
  refusedBeside: Map<string, string | null>;
}

async function readBooks(world: World): Promise<Books> {
  const { sql } = world;
  const { id } = world.link;
  const rows = await sql<{ key: string; status: string; message: string | null; refused: string[]; absent: boolean }[]>`
    SELECT key, status, CASE WHEN absent_at IS NOT NULL AND l.missing_mode = 'off' THEN 'left out of the sheet on purpose'
                             WHEN status = 'tombstone' THEN 'left on the sheet on purpose'
                             ELSE error->>'message' END AS message,
           ARRAY(SELECT json_object_keys(coalesce(refused, '{}')) UNION SELECT json_object_keys(coalesce(blocked, '{}')))
             AS refused, absent_at IS NOT NULL AS absent
      FROM tandem."row" r JOIN tandem.link l ON l.id = r.link WHERE l.id = ${id}::uuid`;
  const [link] = await sql<{ last: string | null; mapping: string; state: string; reason: string | null }[]>`
    SELECT last_scan::text AS last, mapping::text AS mapping, state, paused_reason AS reason FROM tandem.link
     WHERE id = ${id}::uuid`;
  const excused = new Map<string, string>();
  for (const { key, status, message, absent } of rows) {
    if ((status !== 'ok' || absent) && message) excused.set(key, `${status}: ${message}`);
  }
  const scan = JSON.parse(link!.last ?? '{}') as { duplicates?: { key: string }[] };
  for (const { key } of scan.duplicates ?? []) excused.set(key, 'stands more than once');
  const columns = (JSON.parse(link!.mapping) as { columns: { id: string; suspended?: string }[] }).columns;
  const offers = await sql<{ key: string }[]>`SELECT key FROM tandem.offer WHERE link = ${id}::uuid`;
  const beside = await sql<{ key: string; refused: string }[]>`
    SELECT key, refused::text AS refused FROM tandem."row" WHERE link <> ${id}::uuid AND refused IS NOT NULL`;
  const refusedBeside = beside.flatMap(({ key, refused }) =>
    Object.entries(JSON.parse(refused) as Record<string, { cell: Cell }>).map(
      ([column, { cell }]) => [`${key}:${column}`, isError(cell) ? null : plain(cell)] as const,
    ),
  );
  return {
    absent: new Set(rows.flatMap(({ key, absent }) => (absent ? [key] : []))),
    excused,
    suspended: new Set(columns.filter((column) => column.suspended !== undefined).map((column) => column.id)),
    refused: new Map(rows.map(({ key, refused }) => [key, new Set(refused)])),
    paused: link!.state === 'paused' ? (link!.reason ?? '') : null,
    started: link!.state !== 'preview',
    offers: offers.map(({ key }) => key),
    refusedBeside: new Map(refusedBeside),
  };
}

/** Judges the resting state. */
export async function checkInvariants(world: World, oracle: Oracle): Promise<void> {
  const truth = await readTruth(world);
  const books = await readBooks(world);
  const fail = (text: string) => oracle.violations.push(text);
  if (!oracle.fewValues) checkIntents(truth, books, oracle, fail);
  checkDeletes(truth, oracle, fail);
  checkUnmapped(world, oracle, fail);
  if (books.paused !== null || !books.started) {
    // Nothing moves while paused: the reason is what a person sees (I10, I11).
    if (books.paused !== null && books.paused.length < 20)
      fail(`[I11] the link is paused and says only "${books.paused}"`);
    return;
  }
  checkEqual(truth, books, oracle, fail);
  await checkOptions(world, truth, books.excused, oracle);
  if (!oracle.fewValues) checkLastWord(truth, books, oracle, fail);
  checkFormulas(world, truth, fail);
  for (const key of books.offers) if (!books.excused.has(key)) fail(`[I7] an offer for row ${key} is left at rest`);
}

/** I6: at rest every mapped cell is equal on both sides, or its row is held where a person sees it. */
function checkEqual(
  { profile, table, sheet, hidden }: Truth,
  { excused, suspended, refused, absent }: Books,
  oracle: Oracle,
  fail: (text: string) => void,
): void {
  const shown = new Map<string, SheetRow>();
  for (const row of sheet) {
    if (row.key === null) continue;
    if (shown.has(row.key) && !excused.has(row.key)) fail(`[I6] key ${row.key} stands twice and nobody is told`);
    shown.set(row.key, row);
  }
  for (const { row, key, cells, errors, formulas } of sheet) {
    // The table makes the key of such a row, once it has stood for two scans and shows anything in a column in use.
    if (!profile.generated || key !== null || errors.size + formulas.size > 0) continue;
    if (Object.entries(cells).every(([id, value]) => value === null || suspended.has(id))) continue;
    fail(`[I6] row ${row} has no key, and the table did not make one`);
  }
  for (const key of new Set([...shown.keys(), ...table.keys()])) {
    const [left, right] = [shown.get(key), table.get(key)];
    // Which of several copies is meant nobody can tell.
    if (excused.has(key) && sheet.filter((row) => row.key === key).length > 1) continue;
    // A row that is said to be missing is not on the sheet; one that has only refused cells is on both sides.
    if (excused.has(key) && (!left || !right) && (left !== undefined) !== absent.has(key)) continue;
    // Whether the filter leaves it out is judged by itself (R32).
    if (right && hidden.has(key)) continue;
    if (!left || !right) {
      fail(`[I6] row ${key} is ${left ? 'on the sheet alone' : 'in the table alone'}`);
      continue;
    }
    for (const { id, name, direction } of profile.values) {
      if (suspended.has(id) || left.cells[id] === right[id]) continue;
      if (excused.has(key) && (refused.get(key)!.has(id) || refused.get(key)!.has('*'))) continue;
      // What the table changes by itself in such a column stays there; anything else came from the sheet.
      if (direction === 'toTable' && isTablesOwn(right[id] ?? null, oracle)) continue;
      // Nor does a row that the table brings, or brings back, show it.
      if (direction === 'toTable' && left.cells[id] === null && oracle.tainted.has(key)) continue;
      fail(`[I6] row ${key}, ${name}: the sheet shows ${left.cells[id]}, the table has ${right[id]}`);
    }
  }
}

function isTablesOwn(value: string | null, oracle: Oracle): boolean {
  return oracle.fewValues || (value !== null && oracle.intents.get(value)?.side === 'table');
}

/**
 * Every value anyone wrote stands on its side, gave way to a later one of that side, or is in the journal: one that was
 * refused or held still stands, and what Tandem writes over is journaled (I1).
 */
function checkIntents(truth: Truth, books: Books, oracle: Oracle, fail: (text: string) => void): void {
  const journal = new Set<string>();
  for (const { before, after } of truth.everything) {
    for (const text of [before, after]) if (text !== null) leaves(JSON.parse(text) as unknown, journal);
  }
  // Rows are kept whole for as long as they can be restored.
  for (const text of truth.kept) leaves(JSON.parse(text) as unknown, journal);
  const present = {
    // A header sorted among the rows can come back with a value of theirs: it is the name of its column then.
    sheet: new Set([...truth.sheet.flatMap(({ cells }) => Object.values(cells)), ...truth.headers]),
    table: new Set([...truth.table.values()].flatMap((cells) => Object.values(cells))),
  };
  // No push tells what is typed in a column that is not synced. Where rows are archived, the archive shows it (R26).
  for (const intent of oracle.intents.values()) {
    const { value, side, key, column } = intent;
    if (intent.superseded || present[side].has(value) || journal.has(value)) continue;
    if (books.suspended.has(column) && (truth.archived.has(value) || oracle.untold.has(value))) continue;
    if (oracle.windowLosses.has(value)) continue;
    fail(
      `[lost] ${value}, written in the ${side} (row ${key}, ${column}), is nowhere: neither delivered nor journaled`,
    );
  }
}

function leaves(value: unknown, into: Set<string>): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'object') for (const one of Object.values(value)) leaves(one, into);
  else into.add(plain(value as string) ?? '');
}

/** I16: at rest a cell shows the last word of one of the sides, not an older one that came back. */
function checkLastWord(truth: Truth, books: Books, oracle: Oracle, fail: (text: string) => void): void {
  if (oracle.noLastWord) return;
  const back = putBack(truth);
  for (const { key, cells } of truth.sheet) {
    if (key === null || oracle.tainted.has(key) || oracle.overwriting.has(key) || books.excused.has(key)) continue;
    for (const column of truth.profile.values) {
      const { id } = column;
      if (!isTracked(truth.profile, column)) continue;
      const last = oracle.last.get(`${key}:${id}`);
      if (!last || books.suspended.has(id)) continue;
      if (column.direction === 'toTable' || (column.direction === 'toSheet' && !('table' in last))) continue;
      const words = column.direction === 'toSheet' ? [last.table ?? null] : Object.values(last);
      words.push(...oracle.wordsBeside(`${key}:${id}`), ...wordBeforeRefused(truth, books, oracle, key, id));
      const shown = cells[id] ?? null;
      if (words.includes(shown) || back.has(key) || back.has(`${key}:${id}`)) continue;
      // A value that went astray, and that a person chose to keep here.
      if (oracle.wanted.has(`${key}:${id}:${shown}`)) continue;
      if (words.some((word) => word !== null && oracle.windowLosses.has(word))) continue;
      fail(`[I16] row ${key}, ${id} shows ${shown}, which is neither side's last word (${words.join(', ')})`);
    }
  }
}

/** Cells as `key:column`, and keys of whole rows, that were put back: there the history has the last word. */
export function putBack({ everything }: Truth): Set<string> {
  const back = everything.filter(({ cause }) => /^(undo of|restored)/.test(cause));
  return new Set(back.map(({ key, column }) => (column === null ? key : `${key}:${column}`)));
}

/** Where the last word at another sheet is refused there, the one before it, if nothing of this sheet came after that. */
function wordBeforeRefused(
  { everything }: Truth,
  { refusedBeside }: Books,
  oracle: Oracle,
  key: string,
  id: string,
): (string | null)[] {
  const place = `${key}:${id}`;
  const refused = refusedBeside.get(place);
  if (refused === undefined || !oracle.wordsBeside(place).includes(refused)) return [];
  const last = everything.findLast(
    (one) => one.op === 'update' && one.side === 'table' && one.key === key && one.column === id,
  );
  return last === undefined || last.own ? [] : [plain(JSON.parse(last.after ?? 'null') as Cell)];
}

/** I9: without a person's yes nothing is deleted in the table. */
function checkDeletes(
  { profile, table, journal, everything }: Truth,
  oracle: Oracle,
  fail: (text: string) => void,
): void {
  const deleted = new Set(everything.filter(({ op }) => op === 'delete').map(({ key }) => key));
  const renamed = new Set(everything.map(({ cause }) => /^renamed from "(.*)" by a person$/s.exec(cause)?.[1]));
  for (const { op, key, cause, at } of journal) {
    if (op !== 'delete' || /confirmed by a person|^undo of/.test(cause)) continue;
    if (!oracle.mayDelete) fail(`[I9] row ${key} was deleted without a person's word: ${cause}`);
    // Two readings by different runs, the grace apart, must have missed it, and none between may have seen it.
    const seen = oracle.readings.filter((reading) => reading.at <= at && reading.keys.has(key)).at(-1)?.at ?? 0;
    const missed = oracle.readings.filter((reading) => reading.complete && reading.at > seen && reading.at <= at);
    // A run that waited may have read before and after another: any one but that of the last reading will do.
    const last = missed.at(-1);
    if (!missed.some(({ run, at: then }) => run !== last!.run && at - then >= DELETE_GRACE_MS)) {
      fail(`[I9] row ${key} was deleted ${at - seen} ms after it was last seen, without two scans the grace apart`);
    }
  }
  const once = new Set([...oracle.intents.values()].filter(({ side }) => side === 'table').map(({ key }) => key));
  for (let n = 1; n <= INITIAL_ROWS; n++) once.add(numberedKey(profile, n));
  for (const key of once) {
    if (table.has(key) || deleted.has(key) || oracle.deletedByApplication.has(key) || renamed.has(showKey(key)))
      continue;
    fail(`[I9] row ${key} vanished from the table, and nobody deleted it`);
  }
}

/** I17: no value of the table became a formula. */
function checkFormulas(world: World, truth: Truth, fail: (text: string) => void): void {
  for (const { row, formulas } of truth.sheet) {
    for (const id of formulas) {
      const [position] = [...columnIds(world.tab)].find(([, one]) => one === id)!;
      const formula = world.tab.formula(row, position);
      if (/IMPORTXML/i.test(formula)) fail(`[I17] row ${row}, ${id} became the formula ${formula}`);
    }
  }
}

/** I18: columns that are not mapped hold what people put there, and nothing else. */
function checkUnmapped(world: World, oracle: Oracle, fail: (text: string) => void): void {
  for (const { row, position, value: cell } of unmappedCells(world.tab)) {
    const value = plain(cell);
    if (value === null || /^memo( \d+)?$/i.test(value) || world.tab.formula(row, position) !== '') continue;
    if (oracle.leftStrays.has(value)) continue;
    fail(`[I18] row ${row} shows ${value} in an unmapped column`);
  }
}
