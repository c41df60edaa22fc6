import { isBlank, isDate, isError, sameCell, type Cell } from '../../shared/cell.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { ColumnKind } from '../../shared/mapping.ts';
import type { CreateTableRequest } from '../../shared/protocol/links.ts';
import { canonicalKeyPart } from '../../shared/row-key.ts';
import type { SheetReading } from '../../shared/cycle/effects.ts';

export type TableType = CreateTableRequest['columns'][number]['type'];

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
  /** What a person should know of the choice, or null. */
  remark: string | null;
}

export interface TableProposal {
  columns: ProposedColumn[];
  rows: number;
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
};

const SAMPLES = 3;

/** A table for what a tab holds. Types are taken from **all** rows: the one text in row 4,000 counts. */
export function proposeTable(reading: SheetReading): TableProposal {
  const rows = reading.rows.filter((line) => line.some((cell) => !isBlank(cell)));
  const problems: string[] = [];
  const named = reading.columns
    .map(({ header }, index) => ({ header: header.trim(), index }))
    .filter(({ header }) => header !== '');
  if (named.length === 0) {
    problems.push(`Row ${HEADER_ROW} of this tab has no headers. Type a name above each column, then look again.`);
  }
  const repeated = named.find(({ header }, i) => named.some((other, j) => j < i && other.header === header));
  if (repeated) {
    problems.push(`Two columns are named “${repeated.header}”. Give each column a name of its own, then look again.`);
  }
  const columns = named.map(({ header, index }): ProposedColumn => {
    const cells = rows.map((line) => line[index] ?? null);
    const { type, remark } = proposeType(cells);
    return {
      header,
      position: index + 1,
      type,
      key: false,
      unique: isUnique(cells, KINDS[type]),
      samples: firstDifferent(cells),
      remark,
    };
  });
  const key = pickKey(columns);
  if (key) key.key = true;
  return { columns, rows: rows.length, problems };
}

/** The narrowest type that holds every value as it is. Anything mixed is text, which loses nothing. */
export function proposeType(cells: readonly Cell[]): { type: TableType; remark: string | null } {
  const seen = { number: 0, fraction: 0, boolean: 0, day: 0, instant: 0, time: 0, text: 0, error: 0 };
  for (const cell of cells) {
    if (cell === null || cell === '') continue;
    if (isError(cell)) seen.error++;
    else if (isDate(cell)) seen[/^\d\d:/.test(cell.date) ? 'time' : cell.date.includes('T') ? 'instant' : 'day']++;
    else if (typeof cell === 'boolean') seen.boolean++;
    else if (typeof cell === 'number') seen[Number.isSafeInteger(cell) ? 'number' : 'fraction']++;
    else seen.text++;
  }
  const errors = seen.error > 0 ? `${seen.error} of its cells show an error and will wait until they do not.` : null;
  const groups = [seen.number + seen.fraction, seen.boolean, seen.day + seen.instant, seen.time, seen.text];
  const kinds = groups.filter((count) => count > 0).length;
  if (kinds === 0) return { type: 'text', remark: errors ?? 'Empty so far, so any text will fit.' };
  if (kinds > 1) return { type: 'text', remark: errors ?? 'Holds different sorts of values, so it becomes text.' };
  if (seen.text > 0) return { type: 'text', remark: errors };
  if (seen.boolean > 0) return { type: 'boolean', remark: errors };
  if (seen.time > 0) return { type: 'time', remark: errors };
  if (seen.instant > 0) return { type: 'timestamp', remark: errors };
  if (seen.day > 0) return { type: 'date', remark: errors };
  return { type: seen.fraction > 0 ? 'numeric' : 'bigint', remark: errors };
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
const KEY_TYPES: readonly TableType[] = ['text', 'bigint'];

/** The column that tells rows apart: a unique one named like a key, else the leftmost unique one, else none. */
function pickKey(columns: readonly ProposedColumn[]): ProposedColumn | undefined {
  const candidates = columns.filter(({ unique, type }) => unique && KEY_TYPES.includes(type));
  return candidates.find(({ header }) => KEY_NAME.test(header) || KEY_NAME_CAMEL.test(header)) ?? candidates[0];
}
