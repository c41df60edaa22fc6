import { cellName } from '../../shared/a1.ts';
import { isBlank, isDate, isError, sameCell, showCell, type Cell } from '../../shared/cell.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { ColumnKind } from '../../shared/mapping.ts';
import type { TableType } from '../../shared/protocol/table-types.ts';
import { canonicalKeyPart } from '../../shared/row-key.ts';
import type { SheetReading } from '../../shared/cycle/effects.ts';
import { fitOf, hasLeadingZeros, isLongNumber } from './cell-fits.ts';

export type { TableType } from '../../shared/protocol/table-types.ts';

/** Cells that a type would not take as they are. */
export interface Misfit {
  refused: number;
  /** Taken, but no longer the same: `007` as a number is 7. */
  altered: number;
  /** The first few: `H12`, and what it shows. */
  examples: { cell: string; value: string }[];
}

export interface ProposedColumn {
  header: string;
  /** 1-based. */
  position: number;
  type: TableType;
  key: boolean;
  /** Whether its values are all there and all different, so that it could be the key. */
  unique: boolean;
  /** The first different values, for a person to recognise the column by. */
  samples: Cell[];
  /** What all rows say about the type, as sentences. */
  evidence: string;
  /** What each type would do to cells; types that take all of them as they are are not listed. */
  misfits: Partial<Record<TableType, Misfit>>;
}

export interface TableProposal {
  columns: ProposedColumn[];
  rows: number;
  /** A header that no column has, for a key that the database makes. */
  idHeader: string;
  /** What keeps the tab from becoming a table, as sentences; empty if nothing does. */
  problems: string[];
}

const KINDS: Record<TableType, ColumnKind> = {
  text: 'text',
  bigint: 'integer',
  numeric: 'decimal',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  time: 'time',
  uuid: 'uuid',
};
const TYPES = Object.keys(KINDS) as TableType[];

const SAMPLES = 3;

/** A cell with its name, for a person to find it by. */
interface Named {
  cell: Exclude<Cell, null>;
  name: string;
}

/** A table for what a tab holds. Types are taken from **all** rows: the one text in row 4,000 counts. */
export function proposeTable(reading: SheetReading): TableProposal {
  const problems: string[] = [];
  const headers = reading.columns.map(({ header }) => header.trim());
  if (headers.every((header) => header === '')) {
    problems.push(`Row ${HEADER_ROW} of this tab has no headers. Type a name above each column, then look again.`);
  }
  const repeated = headers.find((header, i) => header !== '' && headers.indexOf(header) < i);
  if (repeated !== undefined) {
    problems.push(`Two columns are named “${repeated}”. Give each column a name of its own, then look again.`);
  }
  const columns = proposeColumns(
    reading,
    headers.flatMap((header, index) => (header === '' ? [] : [index + 1])),
  );
  const key = pickKey(columns);
  if (key) key.key = true;
  return { columns, rows: filledRows(reading).length, idHeader: freeHeader(headers), problems };
}

/** The same for some of its columns, by position. */
export function proposeColumns(reading: SheetReading, positions: readonly number[]): ProposedColumn[] {
  const rows = filledRows(reading);
  return positions.map((position): ProposedColumn => {
    const cells = rows.map(({ line }) => line[position - 1] ?? null);
    const named = rows.flatMap(({ line, row }): Named[] => {
      const cell = line[position - 1] ?? null;
      return cell === null || cell === '' ? [] : [{ cell, name: cellName(row, position) }];
    });
    const { type, evidence } = proposeType(named, cells.length);
    return {
      header: reading.columns[position - 1]!.header.trim(),
      position,
      type,
      key: false,
      unique: isUnique(cells, KINDS[type]),
      samples: firstDifferent(cells),
      evidence,
      misfits: misfitsOf(named),
    };
  });
}

function filledRows(reading: SheetReading): { line: Cell[]; row: number }[] {
  return reading.rows
    .map((line, index) => ({ line, row: HEADER_ROW + 1 + index }))
    .filter(({ line }) => line.some((cell) => !isBlank(cell)));
}

type Sort = 'whole' | 'number' | 'boolean' | 'day' | 'moment' | 'time' | 'uuid' | 'text';

const WORDS: Record<Sort, [one: string, many: string]> = {
  whole: ['is a whole number', 'are whole numbers'],
  number: ['is a number', 'are numbers'],
  boolean: ['is TRUE or FALSE', 'are TRUE or FALSE'],
  day: ['is a date', 'are dates'],
  moment: ['is a date and time', 'are dates and times'],
  time: ['is a time of day', 'are times of day'],
  uuid: ['is a UUID', 'are UUIDs'],
  text: ['is text', 'are text'],
};

const TYPE_OF: Record<Sort, TableType> = {
  whole: 'bigint',
  number: 'numeric',
  boolean: 'boolean',
  day: 'date',
  moment: 'timestamp',
  time: 'time',
  uuid: 'uuid',
  text: 'text',
};

/** Sorts that one type holds together: every whole number is a number, a date is a date and time at midnight. */
const WIDER: Partial<Record<Sort, Sort>> = { whole: 'number', day: 'moment', uuid: 'text' };

/** The narrowest type that holds every filled cell as it is. Anything mixed is text, which loses nothing. */
export function proposeType(filled: readonly Named[], rows: number): { type: TableType; evidence: string } {
  const groups = new Map<Sort, Named[]>();
  const errors: Named[] = [];
  for (const one of filled) {
    if (isError(one.cell)) errors.push(one);
    else {
      const sort = sortOf(one.cell);
      groups.set(sort, [...(groups.get(sort) ?? []), one]);
    }
  }
  for (const [narrow, wide] of Object.entries(WIDER) as [Sort, Sort][]) {
    // Alone it keeps its own type.
    const [some, others] = [groups.get(narrow), groups.get(wide)];
    if (!some || !others) continue;
    groups.set(wide, [...others, ...some]);
    groups.delete(narrow);
  }
  const sorts = [...groups].sort(([, one], [, other]) => other.length - one.length);
  const total = filled.length - errors.length;
  const sentences = [tellSorts(sorts, total, rows - filled.length)];
  let type: TableType = sorts.length === 1 ? TYPE_OF[sorts[0]![0]] : 'text';

  const zeros = filled.filter(({ cell }) => hasLeadingZeros(cell));
  if (zeros.length > 0)
    sentences.push(`${countOf(zeros.length)} with leading zeros, ${exampleOf(zeros)}: as text they stay.`);
  const long = filled.filter(({ cell }) => isLongNumber(cell));
  if (long.length > 0) {
    type = 'text';
    sentences.push(
      `${countOf(long.length)} with more than 15 digits, ${exampleOf(long)}: a sheet may have rounded them. Format the column as plain text and type them again.`,
    );
  }
  if (errors.length > 0) {
    sentences.push(`${countOf(errors.length)} showing an error, ${exampleOf(errors)}, will wait until they do not.`);
  }
  return { type, evidence: sentences.join(' ') };
}

function sortOf(cell: Exclude<Cell, null>): Sort {
  if (typeof cell === 'number') return Number.isInteger(cell) ? 'whole' : 'number';
  if (typeof cell === 'boolean') return 'boolean';
  if (isDate(cell)) return fitOf('time', cell) === 'kept' ? 'time' : cell.date.includes('T') ? 'moment' : 'day';
  return fitOf('uuid', cell) === 'kept' ? 'uuid' : 'text';
}

const number = (count: number): string => count.toLocaleString('en-US');
const countOf = (count: number): string => `${number(count)} ${count === 1 ? 'cell' : 'cells'}`;
const exampleOf = (cells: readonly Named[]): string => `for example ${cells[0]!.name} “${shown(cells[0]!.cell)}”`;
const shown = (cell: Cell): string => {
  const text = showCell(cell);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
};

/** `496 of 503 are whole numbers; 7 are text, for example H12 “2013 (1888)”.` */
function tellSorts(sorts: [Sort, Named[]][], total: number, empty: number): string {
  if (total === 0) return 'Empty so far, so any text will fit.';
  const words = (sort: Sort, count: number): string => WORDS[sort][count === 1 ? 0 : 1];
  const [[first, cells], ...rest] = sorts as [[Sort, Named[]], ...[Sort, Named[]][]];
  const blank = empty === 0 ? '' : `; ${number(empty)} ${empty === 1 ? 'is' : 'are'} empty`;
  if (rest.length === 0) {
    const all = total === 1 ? 'The only value' : empty === 0 ? `All ${number(total)}` : number(total);
    return `${all} ${words(first, total)}${blank}.`;
  }
  const others = rest.map(
    ([sort, group]) => `${number(group.length)} ${words(sort, group.length)}, ${exampleOf(group)}`,
  );
  return `${number(cells.length)} of ${number(total)} ${words(first, cells.length)}; ${others.join('; ')}${blank}.`;
}

function misfitsOf(filled: readonly Named[]): ProposedColumn['misfits'] {
  const misfits: ProposedColumn['misfits'] = {};
  for (const { cell, name } of filled) {
    for (const type of TYPES) {
      const fit = fitOf(type, cell);
      if (fit === 'kept') continue;
      const misfit = (misfits[type] ??= { refused: 0, altered: 0, examples: [] });
      misfit[fit]++;
      if (misfit.examples.length < SAMPLES) misfit.examples.push({ cell: name, value: shown(cell) });
    }
  }
  return misfits;
}

function firstDifferent(cells: readonly Cell[]): Cell[] {
  const samples: Cell[] = [];
  for (const cell of cells) {
    if (!isBlank(cell) && !samples.some((seen) => sameCell(seen, cell))) samples.push(cell);
    if (samples.length === SAMPLES) break;
  }
  return samples;
}

function isUnique(cells: readonly Cell[], kind: ColumnKind): boolean {
  const seen = new Set<string>();
  for (const cell of cells) {
    const part = canonicalKeyPart(kind, cell);
    if (part === null || seen.has(part)) return false;
    seen.add(part);
  }
  return cells.length > 0;
}

const KEY_NAME =
  /^(id|key|code|sku|no|nr|number|symbol|ticker|uuid|slug|email|e-mail)$|[ _-](id|key|code|no|nr|number)$/i;
const KEY_NAME_CAMEL = /[a-z](Id|ID)$/;

/** Dates, times, amounts and yes/no tell rows apart only by chance. */
const KEY_TYPES: readonly TableType[] = ['text', 'bigint', 'uuid'];

/** The column that tells rows apart: a unique one named like a key, else the leftmost unique one, else none. */
function pickKey(columns: readonly ProposedColumn[]): ProposedColumn | undefined {
  const candidates = columns.filter(({ unique, type }) => unique && KEY_TYPES.includes(type));
  return candidates.find(({ header }) => KEY_NAME.test(header) || KEY_NAME_CAMEL.test(header)) ?? candidates[0];
}

function freeHeader(headers: readonly string[]): string {
  const taken = new Set(headers.map((header) => header.toLowerCase()));
  const free = ['Id', 'Row id'].find((header) => !taken.has(header.toLowerCase()));
  if (free !== undefined) return free;
  let n = 2;
  while (taken.has(`row id ${n}`)) n++;
  return `Row id ${n}`;
}
