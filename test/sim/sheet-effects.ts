import { computedCells } from '../../addon/src/array-reach.ts';
import { textInput } from '../../addon/src/google/write-text.ts';
import { isDate, isError as isErrorCell, looksLikeError, sameCell, type Cell } from '../../shared/cell.ts';
import type {
  Block,
  BlockOutcome,
  CellMark,
  FormerCell,
  PutBack,
  RowToDelete,
  SheetReading,
} from '../../shared/cycle/effects.ts';
import { isToDelete } from '../../shared/cycle/rows-to-delete.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { formatFor } from '../../shared/number-format.ts';
import { NOTE_PREFIX } from '../../shared/protocol/mark.ts';
import { areaOf } from '../google/workbook/area.ts';
import { InvalidDataError, ProtectedError } from '../google/workbook/errors.ts';
import { isDateFormat } from '../google/workbook/number-format.ts';
import { partsOf, serialOf } from '../google/workbook/serial.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { isError, type Value } from '../google/workbook/value.ts';
import { keyOf, type Profile } from './profiles.ts';

/**
 * The effects of a cycle on the workbook model, done as the add-on does them with Google's services
 * (addon/src/google/sheet.ts, write-blocks.ts, marks.ts), without a script engine between.
 */

export const COLUMN_KEY = 'tandem.column';
export const TINT = '#fce8e6';

const two = (n: number): string => String(n).padStart(2, '0');

/** Civil text of a serial, as a cell of the wire has it. */
function civil(serial: number): string {
  const { year, month, day, hour, minute, second, millisecond } = partsOf(serial);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const time = `${two(hour)}:${two(minute)}:${two(second)}${millisecond ? `.${String(millisecond).padStart(3, '0')}` : ''}`;
  if (serial < 1 && serial >= 0) return time;
  return time === '00:00:00' ? date : `${date}T${time}`;
}

function serial(text: string): number {
  const full = /^\d\d:/.test(text) ? `1899-12-30T${text}` : text;
  const [, y, m, d, h = '0', i = '0', s = '0'] =
    /^(-?\d+)-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?/.exec(full) ?? [];
  return serialOf(Number(y), Number(m), Number(d), Number(h), Number(i), Number(s)) ?? 0;
}

export function toCell(value: Value, format: string): Cell {
  if (value === null || value === '') return null;
  if (isError(value)) return { error: value.error };
  if (typeof value === 'string') return looksLikeError(value) ? { error: value } : value;
  if (typeof value === 'number' && isDateFormat(format || undefined)) return { date: civil(value) };
  return value;
}

/** Mapped column id by position. */
export function columnIds(tab: Tab): Map<number, string> {
  const ids = new Map<number, string>();
  for (const { key, value, location } of tab.metadata) {
    if (key === COLUMN_KEY && location.type === 'COLUMN') ids.set(location.index, value ?? '');
  }
  return ids;
}

/** Cells below the header, in columns that are not mapped. */
export function* unmappedCells(tab: Tab): Generator<{ row: number; position: number; value: Cell }> {
  const mapped = columnIds(tab);
  const { rows, columns } = tab.dataExtent();
  for (let position = 1; position <= columns; position++) {
    if (mapped.has(position)) continue;
    for (let row = HEADER_ROW + 1; row <= rows; row++) {
      yield { row, position, value: toCell(tab.value(row, position), '') };
    }
  }
}

export function readSheet(tab: Tab | undefined, computed: boolean): SheetReading {
  if (!tab) return { title: null, timeZone: 'Etc/GMT', columns: [], rows: [] };
  const extent = tab.dataExtent();
  const rows = Math.max(1, extent.rows);
  const ids = columnIds(tab);
  const width = Math.max(1, extent.columns, ...ids.keys());
  const values = tab.rawValues(1, 1, rows, width);
  const cells = values.map((line, r) => line.map((value, c) => toCell(value, tab.numberFormat(r + 1, c + 1))));
  const reading: SheetReading = {
    title: tab.title,
    timeZone: tab.workbook.timeZone,
    columns: values[HEADER_ROW - 1]!.map((value, index) => ({
      header: value === null ? '' : isError(value) ? value.error : String(value),
      id: ids.get(index + 1) ?? null,
    })),
    rows: cells.slice(HEADER_ROW),
  };
  if (computed) {
    const formulas = values.map((line, r) => line.map((_, c) => tab.formula(r + 1, c + 1)));
    reading.computed = computedCells(formulas).slice(HEADER_ROW);
  }
  return reading;
}

function formerCell(tab: Tab, row: number, column: number): FormerCell {
  const format = tab.numberFormat(row, column);
  // As stored: what an array formula spills here comes back by itself.
  return { value: toCell(tab.grid.value(row, column), format), formula: tab.formula(row, column), format };
}

function inputOf(cell: Cell): number | string | boolean | null {
  if (typeof cell === 'string') return textInput(cell);
  return isDate(cell) ? serial(cell.date) : typeof cell === 'object' ? null : cell;
}

/**
 * One block; a refused one leaves its cells and formats as they were. What the cells must still show is not looked at:
 * the hosts do, but between their look and their write things move too.
 */
export function writeBlock(tab: Tab, block: Block, actor: string): BlockOutcome {
  const { row, position, values } = block;
  const former: { r: number; c: number; format: string }[] = [];
  const before = values.map((line, i) => line.map((_, j) => formerCell(tab, row + i, position + j)));
  values.forEach((line, i) =>
    line.forEach((cell, j) => {
      const [r, c] = [row + i, position + j];
      const format = tab.numberFormat(r, c);
      const wanted = formatFor(cell, block.asText[i]![j]!, format);
      if (wanted === format) return;
      former.push({ r, c, format });
      tab.setNumberFormat(areaOf(r, c), wanted || null);
    }),
  );
  const input = values.map((line) => line.map(inputOf));
  const restore = () => former.forEach(({ r, c, format }) => tab.setNumberFormat(areaOf(r, c), format || null));
  try {
    tab.setInputs(row, position, input, { mode: 'user', actor });
  } catch (error) {
    if (!(error instanceof ProtectedError || error instanceof InvalidDataError)) throw error;
    restore();
    return error instanceof ProtectedError
      ? { ok: false, why: 'protected', message: 'This cell is protected.' }
      : { ok: false, why: 'invalid', message: 'The data validation of this cell does not allow the value.' };
  }
  // Where no format keeps it text, what was read as something else is written another way, as the look back does.
  const mapped = columnIds(tab);
  values.forEach((line, i) =>
    line.forEach((cell, j) => {
      const [r, c] = [row + i, position + j];
      if (mapped.has(c)) return;
      const misread = typeof cell === 'string' && tab.formula(r, c) === '' && tab.value(r, c) !== cell;
      if (misread) tab.setInput(r, c, cell, { mode: 'raw' });
    }),
  );
  const becameFormula = values.some((line, i) =>
    line.some((cell, j) => typeof cell === 'string' && tab.formula(row + i, position + j) !== ''),
  );
  if (!becameFormula) return { ok: true, former: before };
  tab.setInputs(
    row,
    position,
    before.map((line) =>
      line.map(({ value }) => (isDate(value) ? serial(value.date) : typeof value === 'object' ? null : value)),
    ),
    { mode: 'raw' },
  );
  restore();
  return { ok: false, why: 'invalid', message: 'Sheets would turn this text into a formula.' };
}

/** Undoes one write that hit the wrong cell, where nobody has changed it since. */
export function putBack(tab: Tab, { row, position, shows, former }: PutBack, actor: string): void {
  if (!sameCell(toCell(tab.value(row, position), tab.numberFormat(row, position)), shows)) return;
  const { value, formula, format } = former;
  try {
    if (format !== null) tab.setNumberFormat(areaOf(row, position), format || null);
    const text = formula !== '' || typeof value === 'string';
    const input = formula !== '' ? formula : inputOf(value);
    tab.setInput(row, position, input, { mode: text ? 'user' : 'raw', actor });
    // Text behind an apostrophe has no format that keeps it text.
    const misread = formula === '' && typeof value === 'string' && tab.value(row, position) !== value;
    if (misread) tab.setInput(row, position, value, { mode: 'raw', actor });
  } catch (error) {
    if (!(error instanceof ProtectedError || error instanceof InvalidDataError)) throw error;
  }
}

export function insertRowsAfter(tab: Tab, after: number, count: number): void {
  tab.insertRows(after + 1, count, 'before');
  for (let c = 1; c <= tab.columnCount; c++) {
    if (tab.background(after, c) === TINT) tab.setBackground(areaOf(after + 1, c, count, 1), null);
  }
}

/** Those of the rows that still show what they must. */
export function rowsDue(tab: Tab, rows: readonly RowToDelete[]): number[] {
  const shown = ({ row, expected }: RowToDelete) =>
    expected.map((_, index) => toCell(tab.value(row, index + 1), tab.numberFormat(row, index + 1)));
  return rows.filter((one) => isToDelete(one, shown(one))).map(({ row }) => row);
}

/** Rows come in descending order. */
export function deleteRows(tab: Tab, rows: readonly number[]): void {
  if (rows.length >= tab.rowCount - HEADER_ROW) tab.insertRows(tab.rowCount + 1, 1, 'before');
  for (const row of rows) tab.deleteRows(row, 1);
}

export function markCells(tab: Tab, marks: readonly CellMark[]): { note: string; background: string }[] {
  return marks.map(({ row, position, message, restore, stands }) => {
    const note = tab.note(row, position);
    const background = tab.background(row, position) ?? '#ffffff';
    if (stands !== undefined && note !== stands) return { note, background };
    if (message !== null) {
      tab.setNote(row, position, message);
      tab.setBackground(areaOf(row, position), TINT);
    } else {
      if (note.startsWith(NOTE_PREFIX)) tab.setNote(row, position, restore?.note || null);
      if (background === TINT) {
        const before = restore?.background ?? '#ffffff';
        tab.setBackground(areaOf(row, position), before === '' || before === '#ffffff' ? null : before);
      }
    }
    return { note, background };
  });
}

/** A note that hit another cell than it was meant for, by the column in which it stands, however its row moves on. */
export const noteIn = (column: string | undefined, note: string): string => `${column ?? ''}:${note}`;

/** Notes for cells whose row or column has moved since a reading. */
export function notesAstray(
  tab: Tab,
  profile: Profile,
  reading: SheetReading | null,
  marks: readonly CellMark[],
): string[] {
  const columns = columnIds(tab);
  return marks.flatMap(({ row, position, message }) => {
    const hasKey = ({ id }: { id: string }) => {
      const [key] = [...columns].find(([, one]) => one === id) ?? [];
      const now = key === undefined ? null : toCell(tab.value(row, key), tab.numberFormat(row, key));
      const before = reading?.columns.findIndex((column) => column.id === id) ?? -1;
      return sameCell(now, reading?.rows[row - HEADER_ROW - 1]?.[before] ?? null);
    };
    const column = columns.get(position);
    const stands = column === (reading?.columns[position - 1]?.id ?? undefined) && profile.keys.every(hasKey);
    return message === null || stands ? [] : [noteIn(column, message)];
  });
}

/** Marks that a run has put on cells as its last reading showed them, and which notes of theirs hit others. */
export interface MarksPut {
  astray: string[];
  reading: SheetReading | null;
  marks: readonly CellMark[];
}

export const NONE_PUT: MarksPut = { astray: [], reading: null, marks: [] };

/**
 * Those that a host, looking once more, cannot find: rows or columns have moved again, so that the note moved along with
 * the cell it hit, or its own cell is back where it stood.
 */
export function notesHidden(tab: Tab, profile: Profile, { astray, reading, marks }: MarksPut): string[] {
  const there = marks.filter(({ row, position, message }) => tab.note(row, position) === message);
  const found = notesAstray(tab, profile, reading, there);
  return astray.filter((note) => !found.includes(note));
}

/** Keys of the rows where a block writes any part of the key. */
export function keysIn(tab: Tab, profile: Profile, { row, position, values }: Block): (string | null)[] {
  const ids = [...columnIds(tab)];
  const at = profile.keys.map((key) => ids.find(([, id]) => id === key.id)?.[0] ?? 0);
  if (!at.some((one) => one >= position && one < position + values[0]!.length)) return [];
  const cell = (r: number, c: number) => (c === 0 ? null : toCell(tab.value(r, c), tab.numberFormat(r, c)));
  return values.map((_, line) =>
    keyOf(
      profile,
      at.map((one) => cell(row + line, one)),
    ),
  );
}

/** Keys that a reading shows, as rows are told apart. */
export function keysOf(profile: Profile, { columns, rows }: SheetReading): Set<string> {
  const positions = profile.keys.map((key) => columns.findIndex(({ id }) => id === key.id));
  const keys = rows.map((line) =>
    keyOf(
      profile,
      positions.map((position) => line[position] ?? null),
    ),
  );
  return new Set(keys.filter((key) => key !== null));
}

/** Whether a reading tells which rows are not there: headers of the key in their place, and no error among the keys. */
export function isComplete(profile: Profile, { columns, rows }: SheetReading): boolean {
  return profile.keys.every((key) => {
    const position = columns.findIndex(({ id }) => id === key.id);
    return columns[position]?.header === key.name && !rows.some((line) => isErrorCell(line[position] ?? null));
  });
}
