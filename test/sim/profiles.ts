import type { ColumnKind, Direction } from '../../shared/mapping.ts';
import { canonicalKeyPart, joinKey } from '../../shared/row-key.ts';
import type { Cell } from '../../shared/cell.ts';
import type { CellInput } from '../google/workbook/input.ts';
import { valueKinds, type ValueKind, type ValueKindName } from './value-kinds.ts';

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
  /** Something the table refuses here; null: nothing that is typed is refused. */
  refused?: 'negative' | 'repeated';
}

/** A kind of table with the tab that is linked to it. */
export interface Profile {
  name: string;
  /** Of how many schedules. */
  weight: number;
  table: string;
  keys: KeyColumn[];
  values: ValueColumn[];
  /** Statements that complete the table: triggers of its own. */
  also?: string;
  /** Columns that a trigger of the table writes: what stands there is nobody's word. */
  computed?: readonly string[];
}

const same = (canonical: string): CellInput[] => [` ${canonical} `, canonical];

const integer = (id: string, name: string): KeyColumn => ({
  id,
  name,
  type: 'integer',
  kind: 'integer',
  typed: (n) => n,
  spellings: (key) => [`00${key}`, ` ${key} `, key, `${key}.0`],
  valid: /^[1-9]\d{0,5}$/,
});

const textKey = (id: string, name: string, make: (n: number) => string): KeyColumn => ({
  id,
  name,
  type: 'text',
  kind: 'text',
  typed: make,
  // Case counts in text: the other case is another row.
  spellings: (key) => [...same(key), key.toLowerCase(), key.toUpperCase()],
  valid: /^[\w-]{1,20}$/,
});

const uuid = (n: number): string => `0000abcd-0000-4000-8000-${String(n).padStart(12, '0')}`;

const name: ValueColumn = { id: 'c2', name: 'name', type: 'text', kind: 'text' };
const price: ValueColumn = {
  id: 'c3',
  name: 'price',
  type: 'numeric(12,2) CHECK (price > 0)',
  kind: 'decimal',
  refused: 'negative',
};
const note: ValueColumn = { id: 'c4', name: 'note', type: 'text UNIQUE', kind: 'note', refused: 'repeated' };

export const profiles: readonly Profile[] = [
  { name: 'plain', weight: 10, table: 'item', keys: [integer('c1', 'id')], values: [name, price, note] },
  {
    name: 'textKey',
    weight: 2,
    table: 'item_text',
    keys: [textKey('c1', 'code', (n) => `K-${n}`)],
    values: [name, price, note],
  },
  {
    name: 'zeros',
    weight: 1,
    table: 'item_zeros',
    keys: [
      {
        ...textKey('c1', 'code', (n) => `00${n}`),
        // Typed again without the zeros, as a sheet would make of it: another row.
        spellings: (key) => [...same(key), Number(key)],
      },
    ],
    values: [name, price, note],
  },
  {
    name: 'uuidKey',
    weight: 2,
    table: 'item_uuid',
    keys: [
      {
        id: 'c1',
        name: 'uid',
        type: 'uuid',
        kind: 'uuid',
        typed: uuid,
        spellings: (key) => [...same(key), key.toUpperCase(), key.slice(0, -1)],
        valid: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/,
      },
    ],
    values: [name, price, note],
  },
  {
    name: 'compositeKey',
    weight: 2,
    table: 'item_composite',
    keys: [textKey('c1', 'region', (n) => `R${n % 3}`), { ...integer('c5', 'number') }],
    values: [name, price, note],
  },
  {
    name: 'kinds',
    weight: 3,
    table: 'item_kinds',
    keys: [integer('c1', 'id')],
    values: [
      name,
      { id: 'c3', name: 'count', type: 'integer CHECK (count >= 0)', kind: 'integer', refused: 'negative' },
      { id: 'c4', name: 'due', type: 'date', kind: 'date' },
      { id: 'c5', name: 'seen', type: 'timestamptz', kind: 'moment' },
      { id: 'c6', name: 'done', type: 'boolean', kind: 'boolean' },
    ],
  },
  {
    name: 'directions',
    weight: 2,
    table: 'item_directions',
    keys: [integer('c1', 'id')],
    values: [
      name,
      { ...price, direction: 'toTable' },
      { ...note, direction: 'toSheet' },
      { id: 'c5', name: 'remark', type: 'text', kind: 'remark' },
    ],
  },
  {
    name: 'stamped',
    weight: 2,
    table: 'item_stamped',
    keys: [integer('c1', 'id')],
    values: [name, price, note, { id: 'c5', name: 'version', type: 'integer', kind: 'integer' }],
    // Another mapped column changes with every write, whoever writes.
    also: `
      CREATE OR REPLACE FUNCTION stamp_item() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.version := coalesce(OLD.version, 0) + 1; RETURN NEW; END $$;
      CREATE TRIGGER stamp BEFORE UPDATE ON item_stamped FOR EACH ROW EXECUTE FUNCTION stamp_item()`,
    computed: ['c5'],
  },
];

export const profileNames = profiles.map((profile) => profile.name);

export function profileOf(wanted: string | undefined): Profile {
  const found = profiles.find((profile) => profile.name === (wanted ?? 'plain'));
  if (!found) throw new Error(`There is no profile "${wanted}".`);
  return found;
}

export const kindOf = (column: ValueColumn): ValueKind => valueKinds[column.kind];

/** Whether what becomes of a value in this column can be told from the value. */
export function isTracked(profile: Profile, column: ValueColumn): boolean {
  return kindOf(column).unique && !profile.computed?.includes(column.id);
}

/** Canonical key of the parts that a row shows, in key order; null where there is none. */
export function keyOf(profile: Profile, parts: readonly Cell[]): string | null {
  const canonical = profile.keys.map(({ kind }, index) => canonicalKeyPart(kind, parts[index] ?? null));
  return canonical.includes(null) ? null : joinKey(canonical as string[]);
}

/** Key parts as the database takes them, of a canonical key; null where it would refuse them. */
export function partsOf(profile: Profile, key: string): string[] | null {
  const parts = profile.keys.length === 1 ? [key] : (JSON.parse(key) as string[]);
  return profile.keys.every(({ valid }, index) => valid.test(parts[index] ?? '')) ? parts : null;
}

export function numberedKey(profile: Profile, n: number): string {
  return keyOf(
    profile,
    profile.keys.map((column) => column.typed(n)),
  )!;
}

/** Mapped columns in mapping order. */
export function mappedColumns(profile: Profile): { id: string; name: string; direction?: Direction }[] {
  return [...profile.keys, ...profile.values].sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** Headers of the tab. `memo` is not mapped: nothing of Tandem's may ever touch it (I18). */
export function headersOf(profile: Profile): string[] {
  const names = mappedColumns(profile).map((column) => column.name);
  return [...names.slice(0, 2), 'memo', ...names.slice(2)];
}

export function createTable({ table, keys, values, also }: Profile): string {
  const columns = [...keys, ...values].map((column) => `${column.name} ${column.type}`);
  return `CREATE TABLE ${table} (${columns.join(', ')}, PRIMARY KEY (${keys.map((key) => key.name).join(', ')})); ${also ?? ''}`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function fillTable({ table, keys, values }: Profile, rows: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const i = index + 1;
    const cells = [
      ...keys.map((key) => quote(String(key.typed(i)))),
      ...values.map((column) => quote(kindOf(column).initial(i, column.name).stored)),
    ];
    return `(${cells.join(', ')})`;
  });
  const names = [...keys, ...values].map((column) => column.name);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES ${lines.join(', ')}`;
}
