import type { ColumnKind, Direction } from '../../shared/mapping.ts';
import type { CellInput } from '../google/workbook/input.ts';
import type { ValueKindName } from './value-kinds.ts';

/** Part of the key of a table; the n-th row's key is made of n. */
export interface KeyColumn {
  id: string;
  name: string;
  type: string;
  kind: ColumnKind;
  typed(n: number): CellInput;
  /** Other ways to type a key cell that shows `canonical`: some mean the same row, some do not. */
  spellings(canonical: string): CellInput[];
  /** What the database takes for a key of this column. */
  valid: RegExp;
}

export interface ValueColumn {
  id: string;
  name: string;
  /** SQL type with its constraints. */
  type: string;
  kind: ValueKindName;
  direction?: Direction;
  /** Taken from the row that this column of the table refers to, and so no column of the table itself. */
  via?: string;
  /** Something the table refuses here; null: nothing that is typed is refused. */
  refused?: 'negative' | 'repeated';
  /** Refers to the key of another row of the same table. */
  refers?: true;
}

export const same = (canonical: string): CellInput[] => [` ${canonical} `, canonical];

export const integer = (id: string, name: string): KeyColumn => ({
  id,
  name,
  type: 'integer',
  kind: 'integer',
  typed: (n) => n,
  spellings: (key) => [`00${key}`, ` ${key} `, key, `${key}.0`],
  valid: /^[1-9]\d{0,5}$/,
});

export const textKey = (id: string, name: string, make: (n: number) => string): KeyColumn => ({
  id,
  name,
  type: 'text',
  kind: 'text',
  typed: make,
  // Case counts in text: the other case is another row.
  spellings: (key) => [...same(key), key.toLowerCase(), key.toUpperCase()],
  valid: /^[\w-]{1,20}$/,
});

/** Case does not count: `k-1` and `K-1` are one row, and the table keeps the spelling it was given. */
export const citextKey = (id: string, name: string, make: (n: number) => string): KeyColumn => ({
  ...textKey(id, name, make),
  type: 'citext',
  kind: 'citext',
});

export const uuid = (n: number): string => `0000abcd-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const name: ValueColumn = { id: 'c2', name: 'name', type: 'text', kind: 'text' };
export const price: ValueColumn = {
  id: 'c3',
  name: 'price',
  type: 'numeric(12,2) CHECK (price > 0)',
  kind: 'decimal',
  refused: 'negative',
};
export const note: ValueColumn = { id: 'c4', name: 'note', type: 'text UNIQUE', kind: 'note', refused: 'repeated' };
