import { describe, expect, it } from 'vitest';
import { checkInWords } from '../../api/sync/check-words.ts';

/** Left, what `pg_get_constraintdef(oid, true)` of PostgreSQL 18 writes. */
const plain: [definition: string, words: string][] = [
  ['CHECK (x > 0::numeric)', 'must be greater than 0'],
  ['CHECK (0 < x)', 'must be greater than 0'],
  ["CHECK (x > '-1.5'::numeric)", 'must be greater than -1.5'],
  ["CHECK (x > '10000000000'::bigint)", 'must be greater than 10000000000'],
  ['CHECK (x >= 10)', 'must be at least 10'],
  ['CHECK (x < 10) NOT VALID', 'must be less than 10'],
  ['CHECK (x <= 1.5::double precision)', 'must be at most 1.5'],
  ['CHECK (x > 0::numeric OR x IS NULL)', 'must be greater than 0'],
  ['CHECK (x IS NULL OR x > 0)', 'must be greater than 0'],
  ['CHECK (x <> 0)', 'must not be 0'],
  ['CHECK (x = 5)', 'must be 5'],
  ['CHECK (x >= 1 AND x <= 5)', 'must be between 1 and 5'],
  ['CHECK (x <= 99.99 AND x >= 0::numeric)', 'must be between 0 and 99.99'],
  ['CHECK (x > 0::numeric AND x < 10::numeric)', 'must be greater than 0 and less than 10'],
  ["CHECK (x > '2020-01-01'::date)", 'must be after 2020-01-01'],
  ["CHECK (x >= '2020-01-01'::date AND x <= '2020-12-31'::date)", 'must be between 2020-01-01 and 2020-12-31'],
  ["CHECK (x = ANY (ARRAY['A'::text, 'B'::text, 'it''s'::text]))", "must be one of A, B, it's"],
  ["CHECK (x::text = ANY (ARRAY['A'::character varying, 'B'::character varying]::text[]))", 'must be one of A, B'],
  ["CHECK ((x)::text = ANY ((ARRAY['A'::character varying, 'B'::character varying])::text[]))", 'must be one of A, B'],
  ["CHECK (x = ANY (ARRAY['a, b'::bpchar, ''::bpchar]))", 'must be one of “a, b”, “”'],
  ['CHECK (x = ANY (ARRAY[1::numeric, 2.5]))', 'must be one of 1, 2.5'],
  ["CHECK (x = ANY (ARRAY['a'::public.mood, 'b'::public.mood]))", 'must be one of a, b'],
  ["CHECK (x = 'only'::text)", 'must be only'],
  ['CHECK (length(x) > 0)', 'must not be empty'],
  ['CHECK (char_length(x::text) >= 1)', 'must not be empty'],
  ["CHECK (x::text <> ''::text)", 'must not be empty'],
  ['CHECK (x IS NOT NULL)', 'must not be empty'],
  ['CHECK (length(TRIM(BOTH FROM x)) > 0)', 'must not be empty or only spaces'],
  ["CHECK (btrim(x) <> ''::text)", 'must not be empty or only spaces'],
  ['CHECK (length(x) <= 10)', 'must have at most 10 characters'],
  ['CHECK (length(x) >= 2 AND length(x) <= 5)', 'must have between 2 and 5 characters'],
];

const otherwise = [
  'CHECK ((x * 2) > 4)',
  'CHECK (x > y)',
  'CHECK (abs(x) > 4)',
  "CHECK (x ~ '^x'::text)",
  "CHECK (x > 'A'::text)",
  "CHECK (x::text > '5'::text)",
  "CHECK (x <> ALL (ARRAY['x'::text, 'y'::text]))",
  'CHECK (x < 0 OR x > 10)',
  'CHECK (x > 0 AND x < 10 AND x <> 5)',
  'CHECK (NOT x > 0)',
  'CHECK (- x > 0)',
  'CHECK (x > - 5)',
  'EXCLUDE USING gist (x WITH =)',
];

describe('a check constraint in words', () => {
  it.each(plain)('%s: %s', (definition, words) => {
    expect(checkInWords(definition, 'x')).toBe(words);
  });

  it.each(otherwise)('%s is left as it stands', (definition) => {
    expect(checkInWords(definition, 'x')).toBeNull();
  });

  it('knows a quoted column, and does not take a function of that name for it', () => {
    expect(checkInWords('CHECK ("Odd ""Name" > 3)', 'Odd "Name')).toBe('must be greater than 3');
    expect(checkInWords('CHECK (length > 3)', 'length')).toBe('must be greater than 3');
    expect(checkInWords('CHECK (length(length) > 3)', 'length')).toBe('must have at least 4 characters');
  });

  it('keeps what a constant says, whatever it looks like', () => {
    expect(checkInWords("CHECK (x = ANY (ARRAY['x > 0 OR x IS NULL'::text, 'C'::text]))", 'x')).toBe(
      'must be one of x > 0 OR x IS NULL, C',
    );
  });
});
