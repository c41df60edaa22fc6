import fc from 'fast-check';
import type { Sql, TransactionSql } from 'postgres';
import * as v from 'valibot';
import { inTransaction } from '../../../api/database/transaction.ts';
import { storeColumn } from '../../../api/links/store-column.ts';
import { readShape } from '../../../api/links/table-shape.ts';
import { expectation, sameValue, toSheet, toTable } from '../../../api/sync/codec/index.ts';
import { asText } from '../../../api/sync/quote-name.ts';
import type { StoredColumn } from '../../../drizzle/schema/index.ts';
import { isError, sameCell, type Cell } from '../../../shared/cell.ts';
import { CellSchema } from '../../../shared/protocol/cell.ts';
import type { LocaleCode } from '../../google/workbook/locale.ts';
import { throughSheet, typedInSheet, type Place, type Typed } from './faces.ts';
import { TYPES_SQL, typeCases, type TypeCase } from './type-cases.ts';

export interface TypeReport {
  name: string;
  /** Values carried to the sheet and back; cells typed, and how many of those were taken. */
  values: number;
  typed: number;
  taken: number;
  /** What went wrong, at most ten of them. */
  failures: string[];
}

const PLACES: Place[] = (['script', 'rest'] as const).flatMap((face) =>
  (
    [
      ['Europe/Berlin', 'de_DE'],
      ['America/Sao_Paulo', 'en_US'],
      ['Pacific/Apia', 'en_US'],
    ] as [string, LocaleCode][]
  ).map(([zone, locale]) => ({ face, zone, locale })),
);

/** Checks every type with `cases` values and as many typed cells, on a database where nothing else is. */
export async function checkTypes(
  sql: Sql,
  { cases, seed, only }: { cases: number; seed: number; only?: string },
): Promise<TypeReport[]> {
  await sql.unsafe(`CREATE EXTENSION IF NOT EXISTS citext; ${TYPES_SQL}`);
  await sql.unsafe(`
    CREATE FUNCTION try_store(tab regclass, type text, texts text[], shown text) RETURNS TABLE (i int, stored text, state text)
    LANGUAGE plpgsql AS $$
    BEGIN
      FOR i IN 1 .. coalesce(array_length(texts, 1), 0) LOOP
        BEGIN
          EXECUTE format('INSERT INTO %s (v) VALUES (($1)::text::%s) RETURNING %s', tab, type, shown) INTO stored USING texts[i];
          state := NULL;
        EXCEPTION WHEN data_exception OR integrity_constraint_violation OR syntax_error_or_access_rule_violation THEN
          stored := NULL; state := SQLSTATE;
        END;
        RETURN NEXT;
      END LOOP;
    END $$`);
  const reports: TypeReport[] = [];
  for (const [index, one] of typeCases.entries()) {
    if (only !== undefined && one.name !== only) continue;
    reports.push(await inTransaction(sql, (tx) => checkType(tx, one, index, cases, seed), { timeout: 600_000 }));
  }
  return reports;
}

async function checkType(tx: TransactionSql, one: TypeCase, index: number, cases: number, seed: number) {
  const report: TypeReport = { name: one.name, values: 0, typed: 0, taken: 0, failures: [] };
  const name = `typed_${index}`;
  await tx.unsafe(`CREATE TABLE ${name} (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v ${one.type})`);
  const shape = (await readShape(tx, { schema: 'public', name }))!;
  const found = shape.columns.find((column) => column.name === 'v')!;
  const column = storeColumn(shape, found, { id: 'c2', header: 'V', direction: 'both' });
  const fail = (what: string, ...about: unknown[]): void => {
    if (report.failures.length < 10) report.failures.push(`${one.name}: ${what} ${about.map(show).join(' → ')}`);
  };
  if (column.kind !== one.kind) fail('has another kind', column.kind, one.kind);
  if ((one.readOnly === true) !== (column.direction === 'toSheet')) fail('has another direction', column.direction);
  const store = (texts: readonly (string | null)[], cast = column.cast) => tryStore(tx, name, column, cast, texts);

  for (const [turn, place] of PLACES.entries()) {
    const count = Math.ceil(cases / PLACES.length);
    const literals = fc.sample(one.values, { numRuns: count, seed: seed + turn });
    // Made from numbers, as the type of money reads text by the session's settings.
    const texts = (await store(literals)).map(({ stored }, i) => {
      if (stored === null) fail('does not take the literal', literals[i]);
      return stored;
    });
    await checkValues(
      one,
      column,
      place,
      texts.filter((text) => text !== null),
      store,
      fail,
    );
    report.values += texts.length;
    const typed = fc.sample(typing(one.values), { numRuns: count, seed: seed + 100 + turn });
    report.typed += typed.length;
    report.taken += await checkTyped(one, column, place, typed, store, fail);
  }
  return report;
}

type Store = (texts: readonly (string | null)[]) => Promise<{ stored: string | null; state: string | null }[]>;
type Fail = (what: string, ...about: unknown[]) => void;

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? 'undefined';

async function tryStore(
  tx: TransactionSql,
  table: string,
  column: StoredColumn,
  cast: string,
  texts: readonly (string | null)[],
): ReturnType<Store> {
  const rows = await tx<{ stored: string | null; state: string | null }[]>`
    SELECT stored, state FROM try_store(${table}::regclass, ${cast},
      ARRAY(SELECT json_array_elements_text(${JSON.stringify(texts)}::text::json)), ${asText('v', column.cast)}) ORDER BY i`;
  return [...rows];
}

/** Any value of the table: shown, it is no edit; and copied from the cell alone it is the same value. */
async function checkValues(
  one: TypeCase,
  column: StoredColumn,
  place: Place,
  texts: string[],
  store: Store,
  fail: Fail,
) {
  const cells = texts.map((text) => toSheet(column, text, place.zone));
  const shown = throughSheet(cells, place);
  const back: string[] = [];
  const from: string[] = [];
  texts.forEach((text, i) => {
    const cell = shown[i]!;
    if (!v.is(CellSchema, cells[i])) fail('is no cell', text, cells[i]);
    if (isError(cell)) {
      // Text that reads like an error: the hub knows it for the value it offered.
      if (cells[i] !== cell.error) fail('became an error', text, cell);
      return;
    }
    if (!sameValue(column, cell, text, place.zone)) fail('reads as an edit', text, cells[i], cell);
    if (one.readOnly) return;
    const encoded = toTable(column, cell, place.zone);
    if ('refused' in encoded) return fail('is refused on its way back', text, cell, encoded.refused);
    from.push(text);
    back.push(encoded.text ?? '');
  });
  const same = one.copied ?? ((text: string) => text);
  (await store(back)).forEach(({ stored, state }, i) => {
    if (stored === null || same(stored) !== same(from[i]!))
      fail('is copied as another', from[i], back[i], stored ?? state);
  });
}

const COMMON = [
  '007', '1-2', 'TRUE', 'wahr', 'no', '1e5', '12:30', '25:30', '=1+1', '+5', '-3', '$5', '1,5', '1.5', '.5', '5.', '50%',
  '2024-02-29', '29.02.2024', '2/29/2024', '2024-02-29 13:05', '2024-03-31 02:30', '2024-10-27 02:30', '13:05', '9:05:01.5',
  'NaN', 'Infinity', '-infinity', '{1,2}', '{a,"b c",NULL}', '[1,5)', 'empty', 'null', '\\x00ff', '10.0.0.1', '10.1.2.0/24',
  '08:00:2b:01:02:03', '1 day', '2 hours ago', "'x", "'007", ' x ', ' 5 ', '#N/A', '#REF!', '{"a":1}', '[1, 2]', 'tRuE', 'yes', '0101',
  'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '0044-03-15 BC', '2024-07-01 12:00+02', '2024-07-01T12:00:00Z', '1899-12-30',
  '12345678901234567', '9223372036854775808', '99999999999999999999', '1e400', '1e-400', '0.1', '1.005', '-0', 'a\nb', '\u200f7',
  'sad', 'SAD', 'so, so', '01', '99999', 'abcdefghijklmnop', 'abcdefghijkl   ', 'abc   ', '1850-05-01', '10000-01-01', '2023-02-29', '2024-13-01', '24:00:00',
]; // prettier-ignore

/** What a person may do to a cell: type something usual, something of the type, numbers, booleans, anything. */
function typing(values: fc.Arbitrary<string>): fc.Arbitrary<Typed> {
  const format = fc.constantFrom('', '', '@');
  const input = fc.oneof(
    { weight: 4, arbitrary: values },
    { weight: 3, arbitrary: fc.constantFrom(...COMMON) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 10 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  );
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ input: input as fc.Arbitrary<Typed['input']>, format }) },
    {
      weight: 1,
      arbitrary: fc.record({
        input: fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer(),
          fc.boolean(),
        ) as fc.Arbitrary<Typed['input']>,
        format: fc.constant(''),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        input: fc.double({ min: 0, max: 60_000, noNaN: true }) as fc.Arbitrary<Typed['input']>,
        format: fc.constantFrom('yyyy-mm-dd', 'yyyy-mm-dd hh:mm:ss', 'hh:mm:ss'),
      }),
    },
  );
}

const SENTENCE = /^[a-z][^]*[^.]$/;

/** Any cell a person can type: refused with a reason, or taken, and then the table shows the same. */
async function checkTyped(one: TypeCase, column: StoredColumn, place: Place, typed: Typed[], store: Store, fail: Fail) {
  const cells = typedInSheet(typed, place);
  const taken: { cell: Cell; text: string; typed: Typed }[] = [];
  cells.forEach((cell, i) => {
    if (cell === null) return;
    const encoded = toTable(column, cell, place.zone);
    if ('refused' in encoded) {
      if (!SENTENCE.test(encoded.refused) || encoded.refused.length > 400)
        fail('has no reason for', cell, encoded.refused);
    } else if (isError(cell)) fail('takes an error', cell);
    else if (encoded.text !== null) taken.push({ cell, text: encoded.text, typed: typed[i]! });
  });
  if (one.readOnly && taken.length > 0) fail('is only shown, and takes', taken[0]);
  const stored = await store(taken.map(({ text }) => text));
  const again: { shown: Cell; text: string }[] = [];
  let count = 0;
  stored.forEach((row, i) => {
    const { cell, text, typed: was } = taken[i]!;
    if (row.stored === null) {
      // The database judged it: then the sentence is the type's own.
      if (!SENTENCE.test(expectation(column))) fail('has no reason for', was, row.state);
      return;
    }
    count++;
    const shown = toSheet(column, row.stored, place.zone);
    if (!sameValue(column, cell, row.stored, place.zone)) {
      if (one.normalises !== true) fail('shows another than what was typed', was, cell, text, row.stored, shown);
      again.push({ shown, text: row.stored });
    } else if (!sameCell(shown, cell)) again.push({ shown, text: row.stored });
  });
  // The form that is shown once is final: read back it is no edit.
  const readBack = throughSheet(
    again.map(({ shown }) => shown),
    place,
  );
  again.forEach(({ shown, text }, i) => {
    const cell = readBack[i]!;
    if (!isError(cell) && !sameValue(column, cell, text, place.zone)) fail('never comes to rest', text, shown, cell);
  });
  return count;
}
