import fc from 'fast-check';
import type { ColumnKind } from '../../../shared/mapping.ts';
import { canonicalNumber } from '../../../api/sync/codec/numbers.ts';

/** One type of Postgres: how a column of it is declared, values of it, and what of it a sheet cannot show. */
export interface TypeCase {
  name: string;
  /** As in CREATE TABLE. */
  type: string;
  kind: ColumnKind;
  /** Literals that the type takes. */
  values: fc.Arbitrary<string>;
  /** What a copy must have in common with a value where it is not all of its text; docs/types.md says why. */
  copied?(text: string): string;
  /** Postgres gives what is typed a form of its own: the cell is shown that once. */
  normalises?: true;
  /** Only shown, never typed. */
  readOnly?: true;
}

/** Types made for the cases. */
export const TYPES_SQL = `
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'so, so', 'TRUE', '01', 'two words');
  CREATE DOMAIN positive AS numeric(8,2) CHECK (VALUE > 0);
  CREATE DOMAIN code AS varchar(6) CHECK (VALUE ~ '^[A-Z]');
  CREATE DOMAIN short_code AS code CHECK (length(VALUE) < 5);
  CREATE TYPE pair AS (a integer, b text);`;

const two = (n: number) => String(n).padStart(2, '0');
const digits = (max: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: max });
const whole = (low: bigint, high: bigint) =>
  fc.oneof(fc.bigInt({ min: low, max: high }), fc.constantFrom(low, high, 0n, 7n)).map(String);

const chars = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 20 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
const LOOKALIKES = [
  '007', '1-2', 'TRUE', 'wahr', '1e5', '12:30', '2024-02-29', '29.02.2024', '1,5', '1.5', '$5', '50%', '=1+1', '+1', '-1',
  '@SUM(A1)', "'x", "''x", ' x ', ' ', '\tx', '\r\nx', 'a\nb', '=IMPORTXML("http://x","//a")', '12345678901234567890',
  '\u200f\u202eabc', 'e\u0301', '\u{1f600}', '(5)', '1 234', '٣', 'Jan 2020', '1/2', '#x', '=', '+', '-', "'", '"',
]; // prettier-ignore
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const text = fc
  .oneof(chars, fc.constantFrom(...LOOKALIKES), digits(25))
  .filter((one) => !one.includes('\0') && !LONE.test(one));

const year = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1900, max: 2100 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9999 }) },
  { weight: 1, arbitrary: fc.integer({ min: 10000, max: 200000 }) },
);
const day = fc
  .tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([y, m, d]) => `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`);
/** Days on which clocks in Berlin, Apia and São Paulo were changed, and the ends of what Sheets counts. */
const ODD_DAYS = [
  '2024-03-31', '2024-10-27', '2011-12-30', '2018-11-04', '1899-12-30', '1899-12-31', '1900-01-01', '2024-02-29',
  '1893-04-01', '9999-12-31', '10000-01-01', '1945-05-24', '1947-05-11', '1980-04-06',
]; // prettier-ignore
const date = fc.oneof({ weight: 3, arbitrary: day }, { weight: 2, arbitrary: fc.constantFrom(...ODD_DAYS) });
const fraction = fc.oneof(
  fc.constant(''),
  fc.constant(''),
  fc.integer({ min: 0, max: 999 }).map((ms) => `.${String(ms).padStart(3, '0')}`),
  fc.integer({ min: 0, max: 999_999 }).map((us) => `.${String(us).padStart(6, '0')}`),
);
const clock = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 2, 3)),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fraction,
  )
  .map(([h, m, s, f]) => `${two(h)}:${two(m)}:${two(s)}${f}`);
const time = fc.oneof(clock, fc.constantFrom('00:00:00', '24:00:00', '23:59:59.999999', '02:30:00'));
const offset = fc.constantFrom('+00', '+02', '-03:30', '+05:45', '-12', '+15:59');
/** Hours, in UTC, that clocks in Berlin and São Paulo show twice, and beside those. */
const twice = fc
  .tuple(
    fc.constantFrom(
      '2024-10-27 00',
      '2024-10-27 01',
      '2018-02-18 01',
      '2018-02-18 02',
      '2024-03-31 00',
      '2024-03-31 01',
    ),
    fc.integer({ min: 0, max: 59 }),
    fraction,
  )
  .map(([hour, minute, f]) => `${hour}:${two(minute)}:30${f}`);
const moment = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(date, clock).map(([d, t]) => `${d} ${t}`) },
  { weight: 1, arbitrary: twice },
);
const bc = (arbitrary: fc.Arbitrary<string>) => arbitrary.filter((one) => one.length < 33).map((one) => `${one} BC`);
const forever = fc.constantFrom('infinity', '-infinity');
/** A sheet shows milliseconds; finer parts stay in the table. */
const cut = (shown: string) => shown.replace(/\.(\d+)/, (_, all: string) => { const kept = all.slice(0, 3).replace(/0+$/, ''); return kept === '' ? '' : `.${kept}`; }); // prettier-ignore

const decimal = fc
  .tuple(fc.constantFrom('', '-'), digits(24), fc.oneof(fc.constant(''), digits(20)))
  .map(([sign, i, f]) => sign + i + (f === '' ? '' : `.${f}`));
const double = fc
  .double()
  .map((value) => (Object.is(value, -0) ? '-0' : String(value)))
  .map((one) => one.replace('+', ''));
const real = fc.float().map((value) => (Object.is(value, -0) ? '-0' : String(value).replace('+', '')));
/** A sheet has no -0. */
const unsigned = (shown: string) => (shown === '-0' ? '0' : shown);

const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('12345678901234567891', '{"b": 1, "a": [1.50, null]}', '"x"', '  {"a" :1}'),
  decimal.filter((one) => /^-?(0|[1-9])/.test(one) && !/^-?0\d/.test(one)),
);
const octet = fc.integer({ min: 0, max: 255 });
const ip4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
const hex = (n: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: n, maxLength: n });
const quoted = text.map((one) => `"${one.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
const small = fc.integer({ min: -1000, max: 1000 });
const span = fc.tuple(small, small, fc.constantFrom('[', '('), fc.constantFrom(']', ')'));
const intRange = fc.oneof(
  span.map(([a, b, open, close]) => `${open}${Math.min(a, b)},${Math.max(a, b)}${close}`),
  fc.constantFrom('empty', '(,)', '[5,)', '(,5]'),
);
const bits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom('0', '1'), minLength: min, maxLength: max });
const atMost = (n: number, arbitrary: fc.Arbitrary<string>) => arbitrary.map((one) => [...one].slice(0, n).join(''));

const row = (name: string, type: string, kind: ColumnKind, values: fc.Arbitrary<string>, more: Partial<TypeCase> = {}): TypeCase => ({ name, type, kind, values, ...more }); // prettier-ignore
const normalises = true as const;

export const typeCases: TypeCase[] = [
  row('text', 'text', 'text', text),
  row('varchar(n)', 'varchar(12)', 'text', atMost(12, text)),
  row('char(n)', 'char(8)', 'text', atMost(8, text), { normalises }),
  row('citext', 'citext', 'citext', text),
  row('smallint', 'smallint', 'integer', whole(-32768n, 32767n)),
  row('integer', 'integer', 'integer', whole(-2147483648n, 2147483647n)),
  row('bigint', 'bigint', 'integer', whole(-(2n ** 63n), 2n ** 63n - 1n)),
  row('oid', 'oid', 'integer', whole(0n, 2n ** 32n - 1n)),
  row('numeric', 'numeric', 'decimal', fc.oneof(decimal, fc.constantFrom('NaN', 'Infinity', '-Infinity', '1e-350')), {
    copied: canonicalNumber,
  }),
  row('numeric(p,s)', 'numeric(12,2)', 'decimal', fc.double({ min: -9e9, max: 9e9, noNaN: true }).map((n) => n.toFixed(2)), { normalises }), // prettier-ignore
  row('money', 'money', 'money', fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map((n) => `${n / 100n}.${two(Number(n < 0n ? -n % 100n : n % 100n))}`), { normalises }), // prettier-ignore
  row('real', 'real', 'float', real, { copied: unsigned, normalises }),
  row('double precision', 'double precision', 'float', double, { copied: unsigned, normalises }),
  row('boolean', 'boolean', 'boolean', fc.constantFrom('true', 'false'), { normalises }),
  row('date', 'date', 'date', fc.oneof({ weight: 8, arbitrary: date }, bc(fc.constantFrom('0044-03-15', '0001-02-29')), forever)), // prettier-ignore
  row('time', 'time', 'time', time, { copied: cut }),
  row(
    'timetz',
    'timetz',
    'timetz',
    fc.tuple(time, offset).map((parts) => parts.join('')),
    { normalises },
  ),
  row('timestamp', 'timestamp', 'timestamp', fc.oneof({ weight: 8, arbitrary: moment }, bc(fc.constant('0044-03-15 12:00:00')), forever), { copied: cut }), // prettier-ignore
  row('timestamp(0)', 'timestamp(0)', 'timestamp', moment, { normalises }),
  row('timestamptz', 'timestamptz', 'timestamptz', fc.oneof({ weight: 8, arbitrary: moment.map((one) => `${one}+00`) }, bc(fc.constant('0044-03-15 12:00:00+00')), forever), { copied: cut }), // prettier-ignore
  row('interval', 'interval', 'interval', fc.oneof(clock, fc.tuple(small, small, clock).map(([months, days, t]) => `${months} mons ${days} days ${t}`)), { normalises }), // prettier-ignore
  row('uuid', 'uuid', 'uuid', fc.uuid(), { normalises }),
  row('json', 'json', 'json', json),
  row('jsonb', 'jsonb', 'json', json.filter((one) => !/\\u0000|\\ud[89a-f]/i.test(one) && !LONE.test(one)), { normalises }), // prettier-ignore
  row('bytea', 'bytea', 'bytes', fc.uint8Array({ maxLength: 20 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`), { normalises }), // prettier-ignore
  row('inet', 'inet', 'network', fc.oneof(ip4, fc.tuple(ip4, fc.integer({ min: 0, max: 32 })).map((parts) => parts.join('/')), fc.constantFrom('::1', '2001:db8::/32')), { normalises }), // prettier-ignore
  row(
    'cidr',
    'cidr',
    'network',
    fc.tuple(octet, octet).map(([a, b]) => `${a}.${b}.0.0/16`),
    { normalises },
  ),
  row(
    'macaddr',
    'macaddr',
    'network',
    hex(12).map((one) => one.replace(/..(?=.)/g, '$&:')),
    { normalises },
  ),
  row(
    'macaddr8',
    'macaddr8',
    'network',
    hex(16).map((one) => one.replace(/..(?=.)/g, '$&:')),
    { normalises },
  ),
  row('bit(n)', 'bit(6)', 'bits', bits(6, 6)),
  row('bit varying(n)', 'varbit(9)', 'bits', bits(1, 9)),
  row('text[]', 'text[]', 'array', fc.array(fc.oneof(quoted, fc.constant('NULL')), { maxLength: 4 }).map((all) => `{${all.join(',')}}`), { normalises }), // prettier-ignore
  row('integer[]', 'integer[]', 'array', fc.array(small, { maxLength: 5 }).map((all) => `{${all.join(',')}}`), { normalises }), // prettier-ignore
  row('char(n)[]', 'char(3)[]', 'array', fc.array(fc.constantFrom('a', 'bcd'), { maxLength: 3 }).map((all) => `{${all.join(',')}}`), { normalises }), // prettier-ignore
  row('enum', 'mood', 'enum', fc.constantFrom('sad', 'ok', 'so, so', 'TRUE', '01', 'two words'), { normalises }),
  row('domain over numeric', 'positive', 'decimal', fc.integer({ min: 1, max: 99_999_999 }).map((n) => (n / 100).toFixed(2)), { normalises }), // prettier-ignore
  row('domain over a domain', 'short_code', 'text', fc.constantFrom('A', 'B1', 'C007')),
  row('int4range', 'int4range', 'range', intRange, { normalises }),
  row('daterange', 'daterange', 'range', fc.tuple(day, fc.constantFrom('[', '(')).map(([d, open]) => `${open}${d},)`), { normalises }), // prettier-ignore
  row(
    'tstzrange',
    'tstzrange',
    'range',
    moment.map((one) => `["${one}+00",)`),
    { normalises },
  ),
  row('int4multirange', 'int4multirange', 'range', fc.array(intRange, { maxLength: 3 }).map((all) => `{${all.filter((one) => one !== 'empty').join(',')}}`), { normalises }), // prettier-ignore
  row(
    'composite',
    'pair',
    'other',
    fc.tuple(small, quoted).map(([a, b]) => `(${a},${b})`),
    { readOnly: true },
  ),
  row(
    'point',
    'point',
    'other',
    fc.tuple(small, small).map(([x, y]) => `(${x},${y})`),
    { readOnly: true },
  ),
];
