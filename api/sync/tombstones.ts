import type { ISql, Sql, TransactionSql } from 'postgres';
import type { Cells } from '../../shared/cell.ts';
import { jsonRows } from './json-rows.ts';
import { asText, quoteName } from './quote-name.ts';
import { KeyChanged } from './row-error.ts';
import { dbKeyId, keyMatch } from './table-rows.ts';
import type { TargetTable } from './target-table.ts';

/** A deleted row as it can be put back; see drizzle/schema/tombstone.ts. */
export interface Tombstone {
  key: string;
  side: 'sheet' | 'table';
  /** Texts by column name. */
  values: Record<string, string | null>;
  cells: Cells;
  /** Found gone before: kept already, unless with less of the row. */
  again?: boolean;
}

/** Rows of the table whole, unmapped columns too, by their keys. Read them under lock, before they are deleted. */
export async function readWholeRows(
  tx: TransactionSql,
  table: TargetTable,
  dbKeys: readonly string[][],
): Promise<Map<string, Record<string, string | null>>> {
  if (dbKeys.length === 0) return new Map();
  const { keys, shape } = table;
  const name = (column: string) => `t.${quoteName(column)}`;
  const rows = await tx.unsafe<{ key: string; whole: string }[]>(
    `SELECT to_json(ARRAY[${keys.map(({ column, cast }) => asText(name(column), cast)).join(', ')}])::text AS key,
            json_object($2::text[], ARRAY[${shape.columns.map((column) => asText(name(column.name), column.cast)).join(', ')}])::text AS whole
       FROM json_to_recordset($1::text::json) AS x (${keys.map((_, n) => `k${n} text`).join(', ')})
       JOIN ${shape.qualified} t ON ${keyMatch(table)}`,
    [
      JSON.stringify(dbKeys.map((dbKey) => Object.fromEntries(dbKey.map((text, n) => [`k${n}`, text])))),
      shape.columns.map((column) => column.name),
    ],
  );
  return new Map(
    rows.map(({ key, whole }) => [
      dbKeyId(JSON.parse(key) as string[]),
      JSON.parse(whole) as Record<string, string | null>,
    ]),
  );
}

/**
 * Keeps deleted rows, each as it went last. One that is only found gone once more stays as it is kept: with its time, and
 * with what it had beside the mapped columns.
 */
export async function keepTombstones(
  tx: Sql | ISql,
  link: string,
  stones: readonly Tombstone[],
  by: { run: string | null; actor: string | null; now: Date },
): Promise<void> {
  if (stones.length === 0) return;
  await tx`
    WITH fresh AS (
      SELECT x.*
        FROM json_to_recordset(${jsonRows(stones, ['values', 'cells'])}::text::json)
          AS x (key text, side text, values text, cells text, again boolean)
       WHERE x.again IS NOT TRUE OR NOT EXISTS (
         SELECT 1 FROM tandem.tombstone t WHERE t.link = ${link}::uuid AND t.key = x.key
            AND t.values::jsonb @> x.values::jsonb)),
    former AS (
      DELETE FROM tandem.tombstone t USING fresh WHERE t.link = ${link}::uuid AND t.key = fresh.key)
    INSERT INTO tandem.tombstone (link, key, side, values, cells, run, actor, at)
    SELECT ${link}::uuid, key, side, values::json, cells::json, ${by.run}::text, ${by.actor}::text,
           ${by.now.toISOString()}::text::timestamptz
      FROM fresh`;
}

/** Columns of the table have other names now: what is kept of deleted rows goes by them, too. */
export async function renameKept(tx: Sql | ISql, link: string, names: ReadonlyMap<string, string>): Promise<void> {
  if (names.size === 0) return;
  await tx`
    UPDATE tandem.tombstone t
       SET values = (SELECT json_object_agg(coalesce(name.now, v.key), v.value)
                       FROM json_each(t.values) v
                       LEFT JOIN json_each_text(${JSON.stringify(Object.fromEntries(names))}::text::json) AS name (before, now)
                         ON name.before = v.key)
     WHERE t.link = ${link}::uuid`;
}

/** When each of some rows was first found deleted, as ISO instants: the same however often its delete is offered. */
export async function tombstoneTimes(
  tx: Sql | ISql,
  link: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx<{ key: string; at: string }[]>`
    SELECT DISTINCT ON (key) key, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
      FROM tandem.tombstone
     WHERE link = ${link}::uuid AND key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))
     ORDER BY key, id DESC`;
  return new Map(rows.map(({ key, at }) => [key, at]));
}

/** The newest tombstone of each key that has one. */
export async function loadTombstones(
  tx: Sql | ISql,
  link: string,
  keys: readonly string[],
): Promise<Map<string, Tombstone>> {
  const rows = await tx<{ key: string; side: Tombstone['side']; values: string; cells: string }[]>`
    SELECT DISTINCT ON (key) key, side, values::text AS values, cells::text AS cells FROM tandem.tombstone
     WHERE link = ${link}::uuid AND key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))
     ORDER BY key, id DESC`;
  return new Map(
    rows.map(({ key, side, values, cells }) => [
      key,
      {
        key,
        side,
        values: JSON.parse(values) as Tombstone['values'],
        cells: JSON.parse(cells) as Cells,
      },
    ]),
  );
}

/**
 * Puts a deleted row back into the table, with every column that is still there and not computed. Answers false where the
 * key is taken again. A row the table refuses, or would store under another key, throws: call it under a savepoint.
 */
export async function raiseTombstone(tx: TransactionSql, table: TargetTable, stone: Tombstone): Promise<boolean> {
  const columns = table.shape.columns.filter(
    (column) => Object.hasOwn(stone.values, column.name) && (!column.generated || column.identity),
  );
  const rows = await tx.unsafe<{ key: string }[]>(
    `INSERT INTO ${table.shape.qualified} (${columns.map((column) => quoteName(column.name)).join(', ')})
     ${columns.some((column) => column.identityAlways) ? 'OVERRIDING SYSTEM VALUE' : ''}
     SELECT ${columns.map((column, n) => `$${n + 1}::text::${column.cast}`).join(', ')}
     ON CONFLICT DO NOTHING
     RETURNING to_json(ARRAY[${table.keys.map(({ column, cast }) => asText(quoteName(column), cast)).join(', ')}])::text AS key`,
    columns.map((column) => stone.values[column.name] ?? null),
  );
  if (rows.length === 0) return false;
  const stored = JSON.parse(rows[0]!.key) as string[];
  if (table.canonicalKey(stored) !== stone.key) throw new KeyChanged(table, stored);
  await dropTombstones(tx, table.link.id, [stone.key]);
  return true;
}

export async function dropTombstones(tx: Sql | ISql, link: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx`DELETE FROM tandem.tombstone WHERE link = ${link}::uuid
             AND key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))`;
}
