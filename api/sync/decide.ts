import { isBlank, isError, sameCell, type Cell, type Cells } from '../../shared/cell.ts';
import { CELL_CHARS } from '../../shared/limits.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { Astray } from './astray.ts';
import { decideAbsent, decideDeletedInTable } from './decide-absent.ts';
import { holdHidden, holdLocked, isHidden, leaveIfOutside } from './left-alone.ts';
import { causeOf, loseSheetCell } from './lose-cell.ts';
import { emptyText } from './codec/index.ts';
import { mergeCell } from './merge.ts';
import { forgetRemoval } from './removed.ts';
import { holdRenamed, takeNotesAlong } from './renames.ts';
import { provenUntil, resolveWinner, type EditInterval, type Policy } from './policy.ts';
import type { Refusal, RowState } from './row-state.ts';
import type { TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

/** What decisions depend on besides the row itself. */
export interface DecideOptions {
  /** What decides where both sides differ and no column says otherwise. */
  winner: Policy;
  /** At the first sync a person has chosen already: no edit is later than another, and nobody is asked again. */
  firstSync?: boolean;
  /** When the sheet was edited. */
  edited?: EditInterval | null;
  cause: string;
  /** A scan of the whole sheet brought the row, not an edit's push. */
  scanned: boolean;
  /** Values of a dead run that may stand on the wrong row. */
  astray?: Astray;
}

/**
 * Decides what to do about one row, given both sides as they are under lock. Idempotent: called again after the table
 * was written it finds nothing left to write, only what the table made of it.
 */
export function decideRow(work: Work, table: TargetTable, options: DecideOptions): void {
  work.write = null;
  work.offer = null;
  if (work.sheet === null) return decideAbsent(work, table);
  const { state } = work;
  // When the table has had its say, what a person wanted of a cell must still be known.
  const refused = { ...(work.refusedBefore ??= state.refused), ...state.refused };
  state.refused = {};
  if (state.error?.other !== undefined && state.absentAt !== null) takeNotesAlong(state, table);
  state.absentAt = state.absentScan = state.absentRun = null;
  if (isHidden(work, options.firstSync ?? false)) holdHidden(work, table);
  else if (work.table !== null) decideBoth(work, work.sheet, table, { ...options, refused });
  else if (state.a !== null && state.b !== null) decideDeletedInTable(work, work.sheet, table);
  else decideNewInSheet(work, work.sheet, table, { ...options, refused });
  holdRest(work, work.sheet, table);
}

/** Both sides have the row: cell by cell. */
function decideBoth(
  work: Work,
  sheet: Cells,
  table: TargetTable,
  options: DecideOptions & { refused: RowState['refused'] },
): void {
  const { state } = work;
  const row = work.table!;
  const isNew = state.a === null;
  const a = (state.a ??= {});
  const b = (state.b ??= {});
  state.dbKey = row.dbKey;
  forgetRemoval(state, row.outside);
  const values: Record<string, string | null> = {};
  const offered: string[] = [];
  for (const column of table.columns) {
    const { id } = column;
    const cell = sheet[id] ?? null;
    const text = row.values[id] ?? null;
    if (column.key) {
      // Identity, never updated: only the form in which the sheet spells it is accounted for.
      a[id] = cell;
      b[id] = text;
      continue;
    }
    if (holdLocked(work, table, column, cell, text)) continue;
    // Where both sides show the same nothing is left to be held.
    const stray = table.same(column, cell, text) ? null : strayMessage(work, column, cell, options);
    if (stray !== null) {
      state.refused[id] = { cell, code: 'misplaced', message: stray };
      continue;
    }
    // A row that both sides have and nobody has accounted for: its blank cells were never filled, not cleared. In a first
    // sync a person has said whose blanks count.
    if (isNew && options.firstSync !== true && isBlank(cell)) a[id] = cell;
    const decision = mergeCell({
      sheet: cell,
      a: a[id],
      table: text,
      b: b[id],
      direction: column.direction,
      winner: winnerOf(work, column, cell, text, options, options.refused[id]),
      encode: (value) => table.encode(column, value),
      same: (value, other) => table.same(column, value, other),
    });
    switch (decision.do) {
      case 'nothing':
        if (work.writeBack && showsAnother(work, column, cell, text, table)) offered.push(id);
        break;
      case 'agree':
        a[id] = cell;
        b[id] = text;
        delete state.blocked[id];
        break;
      case 'refuse':
        state.refused[id] = { cell, code: decision.code, message: `${column.header} ${decision.message}.` };
        break;
      case 'ask':
        askPerson(work, column, cell, text, table, options.refused[id]);
        break;
      case 'toTable': {
        const refusal = work.refusedBy.get(id) ?? work.rowRefusal;
        if (refusal) {
          const blamed = !('column' in refusal) || refusal.column === undefined || refusal.column === id;
          state.refused[id] = {
            cell,
            code: refusal.code,
            message: blamed ? refusal.message : '',
            ...decidedOn(options.refused[id], cell, text),
          };
          break;
        }
        // What the sheet did not take was about what the cell showed before.
        delete state.blocked[id];
        values[id] = decision.text;
        if (decision.lost) work.overruled.add(id);
        break;
      }
      case 'toSheet':
        if (isBlocked(work, column, text, table)) {
          // An edit that gives way waits for that: accounted for here, it would be gone without a trace later.
          if (decision.lost) state.refused[id] = { cell, code: 'row', message: '' };
          else a[id] = cell;
        } else {
          if (decision.lost) {
            loseSheetCell(work, column, cell, table.show(column, text), causeOf(column, options.cause));
            a[id] = cell;
            delete b[id];
          }
          offered.push(id);
        }
        break;
    }
  }
  if (Object.keys(values).length > 0) work.write = { kind: 'update', dbKey: row.dbKey, values };
  if (offered.length > 0) work.offer = { kind: 'update', columns: offered };
  leaveIfOutside(work);
}

/**
 * Why a changed cell is held as misplaced, or null: it shows what a run that died was bringing to another row. Held until
 * the cell changes or a person asks for it to be tried again.
 */
function strayMessage(
  { state }: Work,
  column: StoredColumn,
  cell: Cell,
  { astray, refused }: DecideOptions & { refused: RowState['refused'] },
): string | null {
  const before = refused[column.id];
  // Without a message it is held along with the cell that is.
  if (before?.code === 'misplaced' && before.message !== '' && sameCell(before.cell, cell)) {
    return before.wanted ? null : before.message;
  }
  const isNew = state.a === null;
  const accounted = state.a?.[column.id];
  if (!isNew && (accounted === undefined || sameCell(accounted, cell))) return null;
  const meant = astray?.meantFor(state.key, column.id, cell, isNew) ?? null;
  if (meant === null) return null;
  return isBlank(cell)
    ? `A sync was interrupted while rows moved, and may have emptied ${column.header} here instead of in row "${meant}". Type the value again, or choose "Try again" in the sidebar to leave the cell empty.`
    : `A sync was interrupted while rows moved, and this may be the value of ${column.header} meant for row "${meant}". Correct the cell, or choose "Try again" in the sidebar to keep it.`;
}

/** A person's word on just this pair of values, or else the policy's. */
function winnerOf(
  work: Work,
  column: StoredColumn,
  cell: Cell,
  text: string | null,
  options: DecideOptions,
  before: Refusal | undefined,
) {
  if (before?.decided !== undefined && isSamePair(before, cell, text)) return before.decided;
  const policy = column.policy ?? options.winner;
  if (options.firstSync && (policy === 'latest' || policy === 'ask')) return options.winner as 'table' | 'sheet';
  // What was refused before, or never accounted for, may have been edited at any time.
  const dated = work.state.a?.[column.id] !== undefined && !(before && sameCell(before.cell, cell));
  // What the row showed when it was last dealt with was not this edit: it is later than that.
  const after = Math.max(options.edited?.after ?? -Infinity, provenUntil(work.state.dealtAt));
  const edited = options.edited ? { ...options.edited, after } : null;
  return resolveWinner(policy, options.winner, dated ? edited : null, work.changedAt);
}

function isSamePair(before: Refusal, cell: Cell, text: string | null): boolean {
  return before.table !== undefined && before.table === text && sameCell(before.cell, cell);
}

/** A person's word outlasts the table's refusal: they need not be asked again, but told why. */
function decidedOn(before: Refusal | undefined, cell: Cell, text: string | null): Pick<Refusal, 'table' | 'decided'> {
  if (before?.decided === undefined || !isSamePair(before, cell, text)) return {};
  return { table: text, decided: before.decided };
}

/** Both sides changed the cell and a person is asked: held as it is, and journaled once for each pair of values. */
function askPerson(
  work: Work,
  column: StoredColumn,
  cell: Cell,
  text: string | null,
  table: TargetTable,
  before: Refusal | undefined,
): void {
  const { state } = work;
  const shown = table.show(column, text);
  const value =
    shown === null ? 'is empty' : `has ${JSON.stringify(typeof shown === 'object' ? Object.values(shown)[0] : shown)}`;
  state.refused[column.id] = {
    cell,
    code: 'conflict',
    message: `${column.header} was changed here and in the table, which ${value} now. Choose in the sidebar which one stays.`,
    table: text,
  };
  if (before !== undefined && isSamePair(before, cell, text)) return;
  const cause = 'changed on both sides: a person is asked';
  work.journal.push({
    op: 'held',
    side: 'sheet',
    key: state.key,
    column: column.id,
    before: cell,
    after: shown,
    cause,
  });
}

/** Whether the table's form of a value that neither side changed is to be shown, where the cell has another. */
function showsAnother(
  { state }: Work,
  column: StoredColumn,
  cell: Cell,
  text: string | null,
  table: TargetTable,
): boolean {
  if (column.direction === 'toTable' || isError(cell) || state.blocked[column.id] !== undefined) return false;
  // What only the sheet shows was brought in that form; an instant's changes with the spreadsheet's timezone.
  if (column.direction === 'toSheet' && column.kind !== 'timestamptz') return false;
  return !table.same(column, cell, text);
}

/** The sheet refused exactly this value before, or can't hold it: not offered again until the table's value changes. */
function isBlocked(work: Work, column: StoredColumn, text: string | null, table: TargetTable): boolean {
  const { blocked } = work.state;
  const shown = table.show(column, text);
  if (typeof shown === 'string' && shown.length > CELL_CHARS) {
    blocked[column.id] = {
      value: text,
      code: 'too_long',
      message: `The table's value of ${column.header} is longer than a cell can hold (${CELL_CHARS} characters).`,
    };
  }
  if (blocked[column.id] === undefined) return false;
  if (blocked[column.id]!.value === text) return true;
  delete blocked[column.id];
  return false;
}

/** The sheet has a row that the table does not: insert it once it is complete. */
function decideNewInSheet(
  work: Work,
  sheet: Cells,
  table: TargetTable,
  options: DecideOptions & { refused: RowState['refused'] },
): void {
  const { state } = work;
  state.a = null;
  state.b = null;
  state.dbKey = null;
  forgetRemoval(state);
  if (work.rowRefusal) return;
  const found = table.dbKeyOf(sheet);
  if ('refused' in found) {
    work.rowRefusal = {
      code: 'invalid_value',
      message: `${table.header(found.column)} ${found.refused}.`,
      column: found.column,
    };
    return;
  }
  const values: Record<string, string | null> = {};
  const empty: StoredColumn[] = [];
  for (const column of table.columns) {
    if (column.key || column.generated || column.direction === 'toSheet') continue;
    const cell = sheet[column.id] ?? null;
    if (isError(cell)) {
      work.rowRefusal = {
        code: 'error_value',
        message: `${column.header} shows ${cell.error}. Correct the cell; until then the row is held.`,
        column: column.id,
      };
      return;
    }
    if (isBlank(cell)) {
      if (column.required && column.empty === undefined) empty.push(column);
      // Left out, so that the column's default applies.
      if (emptyText(column) === null && (column.hasDefault || !column.notNull)) continue;
    }
    const encoded = table.encode(column, cell);
    if ('refused' in encoded) {
      work.rowRefusal = {
        code: 'invalid_value',
        message: `${column.header} ${encoded.refused}.`,
        column: column.id,
      };
      return;
    }
    values[column.id] = encoded.text;
  }
  for (const column of table.columns) {
    const stray = column.key ? null : strayMessage(work, column, sheet[column.id] ?? null, options);
    if (stray === null) continue;
    work.rowRefusal = { code: 'misplaced', message: stray, column: column.id };
    return;
  }
  work.rowRefusal = whyUnfinished(sheet, table, options);
  if (work.rowRefusal !== null) return;
  if (empty.length > 0 && isStillBeingTyped(work, options)) {
    work.rowRefusal = {
      code: 'incomplete',
      message: `This row is not complete: ${empty.map((column) => column.header).join(', ')} is empty.`,
      column: empty[0]!.id,
      quiet: true,
    };
    return;
  }
  if (holdRenamed(work, table)) return;
  work.write = { kind: 'insert', dbKey: found.dbKey, values };
}

/** A new row that may be what a run left that died over a row of the table: that one has come whole since, or will. */
function whyUnfinished(
  sheet: Cells,
  table: TargetTable,
  { astray, refused }: DecideOptions & { refused: RowState['refused'] },
): Work['rowRefusal'] {
  const wanted = Object.values(refused).some((before) => before.wanted);
  const own = table.columns.filter(({ key }) => !key);
  const cells = Object.fromEntries(own.map(({ id }) => [id, sheet[id] ?? null]));
  const meant = wanted ? null : (astray?.unfinishedRow(cells) ?? null);
  if (meant === null) return null;
  const message = `A sync was interrupted while it added row "${meant}", and this may be the part that it had written. Delete this row, or choose "Try again" in the sidebar to keep it.`;
  return { code: 'misplaced', message, column: own.find(({ id }) => !isBlank(cells[id]))!.id };
}

/** A row that lacks required cells is given until it stood unchanged for two scans; then the table is asked anyway. */
function isStillBeingTyped(work: Work, { scanned }: DecideOptions): boolean {
  const { state, unchanged } = work;
  if (state.status === 'rejected') return false;
  return !(unchanged && scanned && state.error?.code === 'incomplete' && state.attempts > 0);
}

/** Cells that were neither accepted nor refused for a reason of their own are dealt with along with the row. */
function holdRest(work: Work, sheet: Cells, table: TargetTable): void {
  const { state } = work;
  if (work.write !== null && work.rowRefusal === null) return;
  const refusal = work.rowRefusal;
  for (const { id } of table.columns) {
    const cell = sheet[id] ?? null;
    const accounted = state.a?.[id];
    if (state.refused[id] !== undefined || (accounted !== undefined && sameCell(accounted, cell))) continue;
    const blamed = refusal !== null && refusal.column === id;
    state.refused[id] = { cell, code: refusal?.code ?? 'row', message: blamed ? refusal.message : '' };
  }
  // The blamed column may be empty on both sides, and still is where the note belongs.
  if (refusal?.column !== undefined && state.refused[refusal.column]?.message !== refusal.message) {
    const cell = sheet[refusal.column] ?? null;
    state.refused[refusal.column] = { cell, code: refusal.code, message: refusal.message };
  }
}
