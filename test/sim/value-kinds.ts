import type { CellInput } from '../google/workbook/input.ts';

/** Civil times on the simulated sheet are of this zone; it has hours that do not exist, and hours that come twice. */
export const ZONE = 'Europe/Berlin';

/** How values of one kind are made, so that each tells who wrote it, and how both sides are compared. */
export interface ValueKind {
  /** Every value is new, so what became of it can be told. */
  unique: boolean;
  /** What a person types, from a number never used before. */
  typed(n: number): CellInput;
  /** What an application stores: text that PostgreSQL reads. */
  stored(n: number): string;
  /** One of few values that repeat. */
  few(n: number): { typed: CellInput; stored: string };
  /** What row `i` has at first, and what of it is typed into the sheet. */
  initial(i: number, name: string): { typed: CellInput; stored: string };
  /** SQL for the text that the sheet is to show. */
  shown(column: string): string;
}

const DAY_MS = 86_400_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

const text = (own: string): ValueKind => ({
  unique: true,
  typed: (n) => `p${own}${n}`,
  stored: (n) => `a${own}${n}`,
  few: (n) => ({ typed: 'xyz'[n % 3]!, stored: 'xyz'[n % 3]! }),
  initial: (i, name) => ({ typed: `${name} ${i}`, stored: `${name} ${i}` }),
  shown: (column) => `${column}::text`,
});

const few = (values: readonly [CellInput, string][]): ValueKind['few'] => {
  return (n) => {
    const [typed, stored] = values[n % values.length]!;
    return { typed, stored };
  };
};

/** The same text on both sides. */
const choice = (of: (n: number) => string): Pick<ValueKind, 'typed' | 'stored' | 'few'> => ({
  typed: of,
  stored: of,
  few: (n) => ({ typed: of(n), stored: of(n) }),
});

/** Days from 2030 on, one for each number. */
const dayOf = (n: number): string => day(Date.UTC(2030, 0, 1) + n * DAY_MS);

/**
 * Moments about the hours in which the clocks of {@link ZONE} change, each number its own: every 61 minutes from the
 * last Saturday of March 2031 on, then of October, so that some do not exist and some come twice.
 */
const momentOf = (n: number): number =>
  Date.UTC(2031, n % 2 === 0 ? 2 : 9, n % 2 === 0 ? 29 : 25, 22) + n * 61 * 60_000;

export const valueKinds = {
  text: text(''),
  /** Another text column: its values must not be taken for those of the first. */
  note: text('n'),
  remark: text('r'),
  decimal: {
    unique: true,
    typed: (n) => 1000 + n + 0.25,
    stored: (n) => `${1000 + n}.50`,
    few: (n) => ({ typed: 1 + (n % 3), stored: String(1 + (n % 3)) }),
    initial: (i) => ({ typed: i, stored: String(i) }),
    shown: (column) => `${column}::text`,
  },
  /** More decimals than the table keeps. */
  rounded: {
    unique: false,
    typed: (n) => 1000 + n + 0.27,
    stored: (n) => `${1000 + n}.64`,
    few: (n) => ({ typed: 1.26 + (n % 3), stored: String(1.31 + (n % 3)) }),
    initial: (i) => ({ typed: i, stored: String(i) }),
    shown: (column) => `${column}::text`,
  },
  /** More digits than a number of a sheet keeps, so they are text there. */
  big: {
    unique: true,
    typed: (n) => `'${9_000_000_000_000_000_000n + BigInt(n)}`,
    stored: (n) => String(8_000_000_000_000_000_001n + BigInt(n)),
    few: (n) => ({
      typed: `'${8_111_111_111_111_111_111n + BigInt(n % 3)}`,
      stored: `${8_111_111_111_111_111_111n + BigInt(n % 3)}`,
    }),
    initial: (i) => ({
      typed: `'${7_000_000_000_000_000_001n + BigInt(i)}`,
      stored: String(7_000_000_000_000_000_001n + BigInt(i)),
    }),
    shown: (column) => `${column}::text`,
  },
  float: {
    unique: true,
    typed: (n) => n + 0.1,
    stored: (n) => `${n}.7`,
    few: (n) => ({ typed: (n % 3) / 3, stored: String((n % 3) / 3) }),
    initial: (i) => ({ typed: i + 0.3, stored: String(i + 0.3) }),
    shown: (column) => `${column}::text`,
  },
  integer: {
    unique: true,
    typed: (n) => 500_000 + n,
    stored: (n) => String(600_000 + n),
    few: (n) => ({ typed: n % 3, stored: String(n % 3) }),
    initial: (i) => ({ typed: 700_000 + i, stored: String(700_000 + i) }),
    shown: (column) => `${column}::text`,
  },
  boolean: {
    unique: false,
    typed: (n) => n % 2 === 0,
    stored: (n) => String(n % 2 === 0),
    few: few([
      [true, 'true'],
      [false, 'false'],
    ]),
    initial: (i) => ({ typed: i % 2 === 0, stored: String(i % 2 === 0) }),
    shown: (column) => `${column}::text`,
  },
  /** By which a row filter lets rows in. */
  state: {
    unique: false,
    ...choice((n) => (n % 3 === 0 ? 'gone' : n % 3 === 1 ? 'open' : 'busy')),
    initial: (i) => ({ typed: i % 2 === 0 ? 'open' : 'busy', stored: i % 2 === 0 ? 'open' : 'busy' }),
    shown: (column) => `${column}::text`,
  },
  /** True for as long as the row is locked; mostly it is not. */
  lock: {
    unique: false,
    typed: (n) => n % 3 === 0,
    stored: (n) => String(n % 3 === 0),
    few: (n) => ({ typed: n % 3 === 0, stored: String(n % 3 === 0) }),
    initial: () => ({ typed: false, stored: 'false' }),
    shown: (column) => `${column}::text`,
  },
  /** A foreign key shown by the label of the row that it refers to; see profiles-links.ts. */
  owner: {
    unique: false,
    // A label, a key, or something that stands for nothing.
    typed: (n) => (n % 7 === 0 ? 'nobody' : n % 5 === 0 ? 1 + (n % 6) : `owner ${1 + (n % 6)}`),
    stored: (n) => String(1 + (n % 6)),
    few: (n) => ({ typed: `owner ${1 + (n % 3)}`, stored: String(1 + (n % 3)) }),
    initial: (i) => ({ typed: `owner ${1 + (i % 6)}`, stored: String(1 + (i % 6)) }),
    shown: (column) =>
      `coalesce((SELECT nullif(o.label, '') FROM item_owner o WHERE o.id = ${column}), ${column}::text)`,
  },
  /** A column of that row. */
  city: {
    unique: false,
    typed: (n) => `pc${n}`,
    stored: (n) => `ac${n}`,
    few: (n) => ({ typed: `pc${n % 3}`, stored: `ac${n % 3}` }),
    initial: (i) => ({ typed: `city ${1 + (i % 6)}`, stored: '' }),
    shown: () => `(SELECT o.city FROM item_owner o WHERE o.id = owner_id)`,
  },
  /** The key of a row of the same table: mostly of one that stood there at first. */
  reference: {
    unique: false,
    typed: (n) => 1 + (n % 12),
    stored: (n) => String(1 + (n % 12)),
    few: (n) => ({ typed: 1 + (n % 4), stored: String(1 + (n % 4)) }),
    // Few have children, so that the others can be deleted.
    initial: (i) => ({ typed: 1 + (i % 4), stored: String(1 + (i % 4)) }),
    shown: (column) => `${column}::text`,
  },
  date: {
    unique: true,
    typed: (n) => dayOf(2 * n),
    stored: (n) => dayOf(2 * n + 1),
    few: few([
      ['2024-02-29', '2024-02-29'],
      ['2024-03-31', '2024-03-31'],
    ]),
    initial: (i) => ({ typed: day(Date.UTC(2025, 0, i)), stored: day(Date.UTC(2025, 0, i)) }),
    shown: (column) => `to_char(${column}, 'YYYY-MM-DD')`,
  },
  moment: {
    unique: true,
    // Civil time typed as such: whether it exists is for the hub to say.
    typed: (n) => `${day(momentOf(n))} ${clock(momentOf(n))}`,
    stored: (n) => new Date(momentOf(n) + 30_000).toISOString(),
    few: few([
      ['2031-10-26 02:30:00', '2031-10-26T02:30:00+01'],
      ['2031-10-26 02:30:00', '2031-10-26T02:30:00+02'],
    ]),
    initial: (i) => ({
      typed: `${day(Date.UTC(2025, 0, i))} 10:00:00`,
      stored: `${day(Date.UTC(2025, 0, i))}T09:00:00Z`,
    }),
    // The second of two hours that read alike names its offset.
    shown: (column) => `
      CASE WHEN (${column} - interval '1 hour') AT TIME ZONE '${ZONE}' = ${column} AT TIME ZONE '${ZONE}'
           THEN to_char(${column} AT TIME ZONE '${ZONE}', 'YYYY-MM-DD HH24:MI:SS') || '+01'
           ELSE replace(to_char(${column} AT TIME ZONE '${ZONE}', 'YYYY-MM-DD"T"HH24:MI:SS'), 'T00:00:00', '') END`,
  },
} satisfies Record<string, ValueKind>;

export type ValueKindName = keyof typeof valueKinds;
