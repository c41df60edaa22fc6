import type { TransactionSql } from 'postgres';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { asText, compareSql, quoteName } from './quote-name.ts';
import { ownColumn, type TableRow, type TargetTable } from './target-table.ts';
import { isKeyOf } from './key-text.ts';
import { deletedSql, softColumn } from './soft-column.ts';
import { writtenText } from './value-sql.ts';

/**
 * Reads and writes of the target table. Values travel as text in one JSON parameter (for some thousand rows the fastest
 * way but COPY) and are cast in SQL; names come from the catalogue and are quoted. What a write really stored comes back
 * by RETURNING, so a trigger's or type's own form is known at once.
 */

export interface Insert {
  key: string;
  dbKey: string[];
  /** Texts by column id; columns not named get their default. */
  values: Record<string, string | null>;
}

export interface Update {
  key: string;
  dbKey: string[];
  /** Texts by column id. */
  values: Record<string, string | null>;
  /** What these columns must still hold (I1). */
  expected: Record<string, string | null>;
}

/** Identity of a key within a batch. */
export const dbKeyId = (dbKey: readonly string[]): string => JSON.stringify(dbKey);

/** Reads rows by key and locks them until the transaction ends. Rows that are not there are not in the answer. */
export async function lockTableRows(
  tx: TransactionSql,
  table: TargetTable,
  dbKeys: readonly string[][],
): Promise<Map<string, TableRow>> {
  const { keys, shape } = table;
  const asked = dbKeys.filter((dbKey) => isKeyOf(shape, dbKey));
  if (asked.length === 0) return new Map();
  const read = rowArray(table, 2);
  const rows = await tx.unsafe<{ i: number; row: string }[]>(
    `SELECT x.i, ${read.sql} AS row
       FROM json_to_recordset($1::text::json) AS x (i int, ${keys.map((_, n) => `k${n} text`).join(', ')})
       JOIN ${shape.qualified} t ON ${keyMatch(table)}
        FOR UPDATE OF t`,
    [JSON.stringify(asked.map((dbKey, i) => ({ i, ...keyFields(dbKey) }))), ...read.params],
  );
  return collect(table, rows);
}

/** A WHERE clause for the rows `t` that belong on the sheet: within the row filter, and not marked as deleted. */
export function belonging(table: TargetTable, first: number): { where: string; params: string[] } {
  const filter = table.filterSql(first);
  const soft = softColumn(table);
  const all = [...(filter === null ? [] : [filter.sql]), ...(soft === null ? [] : [`NOT (${deletedSql(soft)})`])];
  return { where: all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`, params: filter?.params ?? [] };
}

/** Every key of the table that belongs on the sheet, in batches, without locks. */
export async function* allKeys(tx: TransactionSql, table: TargetTable, batch: number): AsyncGenerator<string[][]> {
  const keys = table.keys.map(({ column, cast }) => asText(quoteName(column), cast));
  const { where, params } = belonging(table, 1);
  const query = `SELECT to_json(ARRAY[${keys.join(', ')}])::text AS key FROM ${table.shape.qualified} t${where}`;
  for await (const rows of inBatches<{ key: string }>(tx, query, params, batch)) {
    yield rows.map(({ key }) => JSON.parse(key) as string[]);
  }
}

let cursors = 0;

/**
 * What a query finds, in batches, by a cursor of its own name: whoever takes a batch may use the connection before the
 * next. The driver's own cursors keep it until their last batch, and a statement in between waits for ever.
 */
async function* inBatches<Row>(
  tx: TransactionSql,
  query: string,
  params: string[],
  batch: number,
): AsyncGenerator<Row[]> {
  const name = `tandem_batches_${++cursors}`;
  await tx.unsafe(`DECLARE ${name} NO SCROLL CURSOR FOR ${query}`, params);
  for (;;) {
    const rows = await tx.unsafe(`FETCH ${batch} FROM ${name}`);
    if (rows.length > 0) yield rows as unknown as Row[];
    if (rows.length < batch) break;
  }
  await tx.unsafe(`CLOSE ${name}`);
}

/** Every row of the table that is not marked as deleted, in batches, without locks. */
export async function* allRows(tx: TransactionSql, table: TargetTable, batch: number): AsyncGenerator<TableRow[]> {
  const read = rowArray(table, 1);
  const soft = softColumn(table);
  const query = `SELECT ${read.sql} AS row FROM ${table.shape.qualified} t${soft === null ? '' : ` WHERE NOT (${deletedSql(soft)})`}`;
  for await (const rows of inBatches<{ row: string }>(tx, query, read.params, batch)) {
    yield rows.map(({ row }) => toTableRow(table, row));
  }
}

/** Inserts rows that all name the same columns; a key that is there already is left alone and not in the answer. */
export async function insertRows(
  tx: TransactionSql,
  table: TargetTable,
  inserts: readonly Insert[],
): Promise<Map<string, TableRow>> {
  const { keys, shape } = table;
  const columns = Object.keys(inserts[0]!.values).map((id) => table.column(id)!);
  const overriding = [...keys, ...columns].some(({ attnum }) =>
    shape.columns.some((column) => column.attnum === attnum && column.identityAlways),
  );
  const read = rowArray(table, 2);
  const rows = await tx.unsafe<{ i: number; row: string }[]>(
    `INSERT INTO ${shape.qualified} AS t (${[...keys, ...columns].map(({ column }) => quoteName(column)).join(', ')})
     ${overriding ? 'OVERRIDING SYSTEM VALUE' : ''}
     SELECT ${[...keys.map(({ cast }, n) => `x.k${n}::${cast}`), ...columns.map(({ cast }, n) => `x.v${n}::${cast}`)].join(', ')}
       FROM json_to_recordset($1::text::json)
         AS x (${[...keys.map((_, n) => `k${n} text`), ...columns.map((_, n) => `v${n} text`)].join(', ')})
     ON CONFLICT (${keys.map(({ column }) => quoteName(column)).join(', ')}) DO NOTHING
     RETURNING 0 AS i, ${read.sql} AS row`,
    [
      JSON.stringify(
        inserts.map((insert) => ({ ...keyFields(insert.dbKey), ...valueFields('v', columns, insert.values) })),
      ),
      ...read.params,
    ],
  );
  return collect(table, rows);
}

/** Columns from which the values of a row are one field: its join takes 1,664 (MaxTupleAttributeNumber), those of the table too. */
const WIDE = 700;

/** Updates rows that all name the same columns, each only where those still hold what is expected (I1). */
export async function updateRows(
  tx: TransactionSql,
  table: TargetTable,
  updates: readonly Update[],
): Promise<Map<string, TableRow>> {
  const { keys, shape } = table;
  const columns = Object.keys(updates[0]!.values).map((id) => table.column(id)!);
  const wide = columns.length > WIDE;
  const value = (n: number) => (wide ? `(x.v ->> ${n})` : `x.v${n}`);
  const values = wide ? ['v json'] : columns.map((_, n) => `v${n} text`);
  const fields = [...keys.map((_, n) => `k${n} text`), ...values, 'o json'].join(', ');
  const read = rowArray(table, 2);
  const rows = await tx.unsafe<{ i: number; row: string }[]>(
    `UPDATE ${shape.qualified} AS t
        SET ${columns.map(({ column, cast }, n) => `${quoteName(column)} = ${value(n)}::${cast}`).join(', ')}
       FROM json_to_recordset($1::text::json) AS x (${fields})
      WHERE ${keyMatch(table)}
        AND ARRAY[${columns.map(exactText).join(', ')}]
            IS NOT DISTINCT FROM ARRAY(SELECT json_array_elements_text(x.o))
     RETURNING 0 AS i, ${read.sql} AS row`,
    [
      JSON.stringify(
        updates.map((update) => ({
          ...keyFields(update.dbKey),
          ...(wide ? { v: textsOf(columns, update.values) } : valueFields('v', columns, update.values)),
          o: textsOf(columns, update.expected),
        })),
      ),
      ...read.params,
    ],
  );
  return collect(table, rows);
}

/** Deletes rows, each only where it is still wholly as expected (I9). The answer has those that went. */
export async function deleteRows(
  tx: TransactionSql,
  table: TargetTable,
  rows: readonly TableRow[],
): Promise<Map<string, TableRow>> {
  const { keys, shape } = table;
  const columns = table.columns.filter((column) => !column.key && column.related === undefined);
  const fields = [...keys.map((_, n) => `k${n} text`), ...columns.map((_, n) => `o${n} text`)].join(', ');
  const same = columns.map((column, n) => ` AND ${exactText(column)} IS NOT DISTINCT FROM x.o${n}`);
  const read = rowArray(table, 2);
  const gone = await tx.unsafe<{ i: number; row: string }[]>(
    `DELETE FROM ${shape.qualified} AS t USING json_to_recordset($1::text::json) AS x (${fields})
      WHERE ${keyMatch(table)}${same.join('')} RETURNING 0 AS i, ${read.sql} AS row`,
    [
      JSON.stringify(rows.map((row) => ({ ...keyFields(row.dbKey), ...valueFields('o', columns, row.values) }))),
      ...read.params,
    ],
  );
  return collect(table, gone);
}

/**
 * Sets a mark on rows, or takes it off: `set` and `where` are SQL over row `t` made from the catalogue. Each row only
 * where it still wholly holds what is expected of it, as far as `columns` go.
 */
export async function updateMarked(
  tx: TransactionSql,
  table: TargetTable,
  rows: readonly TableRow[],
  set: string,
  where: string,
  columns = table.columns.filter((column) => !column.key && column.related === undefined),
): Promise<Map<string, TableRow>> {
  const { keys, shape } = table;
  const read = rowArray(table, 2);
  const fields = [...keys.map((_, n) => `k${n} text`), ...columns.map((_, n) => `o${n} text`)].join(', ');
  const same = columns.map((column, n) => ` AND ${exactText(column)} IS NOT DISTINCT FROM x.o${n}`);
  const marked = await tx.unsafe<{ i: number; row: string }[]>(
    `UPDATE ${shape.qualified} AS t SET ${set} FROM json_to_recordset($1::text::json) AS x (${fields})
      WHERE ${keyMatch(table)} AND ${where}${same.join('')} RETURNING 0 AS i, ${read.sql} AS row`,
    [
      JSON.stringify(rows.map((row) => ({ ...keyFields(row.dbKey), ...valueFields('o', columns, row.values) }))),
      ...read.params,
    ],
  );
  return collect(table, marked);
}

function keyFields(dbKey: readonly string[]): Record<string, string> {
  return Object.fromEntries(dbKey.map((text, n) => [`k${n}`, text]));
}

function valueFields(prefix: string, columns: readonly StoredColumn[], values: Record<string, string | null>) {
  return Object.fromEntries(
    columns.map((column, n) => [`${prefix}${n}`, writtenText(column, values[column.id] ?? null)]),
  );
}

const textsOf = (columns: readonly StoredColumn[], values: Record<string, string | null>) =>
  columns.map((column) => writtenText(column, values[column.id] ?? null));

/** A column of row `t` as text that equals itself alone: some collations know no case. */
const exactText = ({ column, cast }: StoredColumn) => `${asText(`t.${quoteName(column)}`, cast)} COLLATE "C"`;

/** Rows `t` of the table by the keys that `x` has as texts `k0`, `k1`, … */
export function keyMatch({ keys, shape }: Pick<TargetTable, 'keys' | 'shape'>): string {
  return keys
    .map((key, n) => compareSql(`t.${quoteName(key.column)}`, '=', `x.k${n}::${key.cast}`, ownColumn(shape, key)))
    .join(' AND ');
}

/**
 * Key texts, the columns in use, whether the row filter leaves the row out, what locks it, and whether it is marked as
 * deleted, as one JSON array of texts; with the parameters it takes from `$first` on.
 */
function rowArray(table: TargetTable, first: number): { sql: string; params: string[] } {
  const filter = table.filterSql(first);
  const outside = filter === null ? 'NULL' : `CASE WHEN NOT ${filter.sql} THEN '1' END`;
  const locked = table.lockSql();
  const soft = softColumn(table);
  const deleted = soft === null ? 'NULL' : `CASE WHEN ${deletedSql(soft)} THEN '1' END`;
  const texts = [...table.keys, ...table.columns].map((column) => table.value(column));
  if (filter !== null || locked !== null || soft !== null) texts.push(outside, locked ?? 'NULL', deleted);
  return { sql: `to_json(ARRAY[${texts.join(', ')}])::text`, params: filter?.params ?? [] };
}

function toTableRow({ keys, columns }: TargetTable, row: string): TableRow {
  const texts = JSON.parse(row) as (string | null)[];
  const [outside = null, locked = null, deleted = null] = texts.slice(keys.length + columns.length);
  return {
    dbKey: texts.slice(0, keys.length) as string[],
    values: Object.fromEntries(columns.map(({ id }, n) => [id, texts[keys.length + n]!])),
    ...(outside === null ? {} : { outside: true }),
    ...(deleted === null ? {} : { deleted: true }),
    ...(locked === null ? {} : { lockedBy: JSON.parse(locked) as string[] }),
  };
}

function collect(table: TargetTable, rows: readonly { row: string }[]): Map<string, TableRow> {
  return new Map(
    rows.map(({ row }) => {
      const found = toTableRow(table, row);
      return [dbKeyId(found.dbKey), found];
    }),
  );
}
