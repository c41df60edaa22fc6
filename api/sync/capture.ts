import type { ISql, PendingQuery, Row, Sql } from 'postgres';
import type { TableShape } from '../links/table-shape.ts';
import { asText, quoteLiteral, quoteName } from './quote-name.ts';

/**
 * Capture: triggers that append the keys of changed rows to tandem.change, in the writer's own transaction.
 *
 * They only insert, so they never block an application's writer. Keys of OLD and NEW are joined by UNION, never by a
 * join: plpgsql keeps a plan made for a one-row transition table, and a join then costs 70 times as much on a bulk
 * update. The functions are generated per table, so nothing is looked up at run time, and SECURITY DEFINER with a fixed
 * search_path, so that any role that may write the table needs no rights on Tandem's own.
 */

const PREFIX = 'tandem_capture';

/** Types whose text is the same in every session. Of any other, arrays and ranges of it too, the functions pin settings down. */
const SAME_EVERYWHERE = /^(smallint|integer|bigint|numeric|boolean|text|uuid|character varying)$/;

const PINNED = `SET "DateStyle" = 'ISO, YMD' SET "TimeZone" = 'UTC' SET "IntervalStyle" = 'postgres'
  SET "extra_float_digits" = '1' SET "bytea_output" = 'hex'`;

/** Who makes or removes the triggers of a table takes turns: Postgres fails where two transactions replace one function. */
export async function lockCapture(tx: Sql | ISql, relation: number): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(hashtextextended(${PREFIX}, ${String(relation)}::text::int8))`;
}

/** Installs or renews the triggers of a table, on its partitions too: a write to a leaf does not fire the parent's. */
export async function installCapture(tx: Sql | ISql, shape: TableShape): Promise<void> {
  await renewCapture(tx, shape);
  for (const table of await treeOf(tx, shape.oid)) await installOn(tx, shape.oid, table);
}

/**
 * The triggers' functions alone, for keys as they are named now. Until they are renewed after a key column was renamed or
 * dropped, they say that anything may have changed: an application's write must not fail over a name only Tandem uses.
 * Asked of the catalogue first, because catching the error would cost a subtransaction with every statement.
 */
export async function renewCapture(tx: Sql | ISql, shape: TableShape): Promise<void> {
  await lockCapture(tx, shape.oid);
  const keys = shape.primaryKey.map((attnum) => shape.columns.find((column) => column.attnum === attnum)!);
  const key = (alias: string) =>
    // In a collation that knows no case, UNION would take two spellings of a key for one.
    `ARRAY[${keys.map(({ name, cast }) => `${asText(`${alias}.${quoteName(name)}`, cast)} COLLATE "C"`).join(', ')}]`;
  const pinned = keys.some(({ cast }) => !SAME_EVERYWHERE.test(cast)) ? PINNED : '';
  const named = keys.map(({ attnum, name }) => `a.attnum = ${attnum} AND a.attname = ${quoteLiteral(name)}`);
  const anything = `INSERT INTO tandem.change (relation, key, origin) VALUES (${shape.oid}, NULL, origin);`;
  const append = (source: string) =>
    `IF (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = ${shape.oid} AND (${named.join(' OR ')})) = ${keys.length} THEN
          INSERT INTO tandem.change (relation, key, origin) SELECT ${shape.oid}, k.key, origin FROM (${source}) AS k (key);
        ELSE
          ${anything}
        END IF;`;
  const bodies = {
    insert: append(`SELECT ${key('n')} FROM new_rows n`),
    update: append(`SELECT ${key('o')} FROM old_rows o UNION SELECT ${key('n')} FROM new_rows n`),
    delete: append(`SELECT ${key('o')} FROM old_rows o`),
    truncate: anything,
  };
  for (const [event, body] of Object.entries(bodies)) {
    let tag = '$capture$';
    while (body.includes(tag)) tag = tag.replace(/\$$/, '_$');
    await tx.unsafe(`
      CREATE OR REPLACE FUNCTION tandem.${functionName(shape.oid, event)}() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp ${pinned} AS ${tag}
      DECLARE origin text := nullif(current_setting('tandem.origin', true), '');
      BEGIN
        ${body}
        RETURN NULL;
      END ${tag}`);
    await tx.unsafe(`REVOKE ALL ON FUNCTION tandem.${functionName(shape.oid, event)}() FROM PUBLIC`);
  }
}

async function installOn(tx: Sql | ISql, root: number, table: string): Promise<void> {
  const transitions = {
    insert: 'REFERENCING NEW TABLE AS new_rows',
    update: 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows',
    delete: 'REFERENCING OLD TABLE AS old_rows',
    truncate: '',
  };
  for (const [event, referencing] of Object.entries(transitions)) {
    const name = quoteName(`${PREFIX}_${event}`);
    // Replaced, which enables it, too: linking again renews everything. Only the table's owner may drop a trigger; to make
    // one and to replace it, the right to do so is enough.
    await tx.unsafe(
      `CREATE OR REPLACE TRIGGER ${name} AFTER ${event} ON ${table} ${referencing}
       FOR EACH STATEMENT EXECUTE FUNCTION tandem.${functionName(root, event)}()`,
    );
  }
}

/** Removes the triggers and functions of a relation, and what they captured that nobody will read. */
export async function removeCapture(tx: Sql | ISql, relation: number): Promise<void> {
  for (const event of ['insert', 'update', 'delete', 'truncate']) {
    // The triggers go with the function they call, on every table of the tree, wherever it has been moved since.
    await tx.unsafe(`DROP FUNCTION IF EXISTS tandem.${functionName(relation, event)}() CASCADE`);
  }
  await tx`DELETE FROM tandem.change WHERE relation = ${relation}::oid`;
}

/** Whether every table of the tree has its triggers, all enabled: a partition may have been attached since. */
export async function isCaptured(tx: Sql | ISql, relation: number): Promise<boolean> {
  const [row] = await tx<{ ok: boolean }[]>`SELECT ${capturedSql(tx, tx`${relation}::oid`)} AS ok`;
  return row?.ok ?? false;
}

/**
 * The same as an expression over a relation's object id. Only a partitioned table has a tree to look through: by the
 * catalogue alone, since pg_partition_tree waits for partitions that somebody has locked, and this is asked without a limit
 * of its time.
 */
export function capturedSql(sql: Sql | ISql, relation: PendingQuery<Row[]>): PendingQuery<Row[]> {
  const count = (table: PendingQuery<Row[]>) => sql`
    (SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'tandem'::regnamespace
      WHERE t.tgrelid = ${table} AND t.tgenabled IN ('O', 'A') AND p.proname LIKE ${PREFIX} || '_' || ${relation}::text || '_%')`;
  return sql`(SELECT CASE WHEN c.relkind = 'p'
      THEN (WITH RECURSIVE m (relid) AS (SELECT c.oid UNION ALL
                   SELECT h.inhrelid FROM m JOIN pg_inherits h ON h.inhparent = m.relid AND NOT h.inhdetachpending)
            SELECT bool_and(${count(sql`m.relid`)} = 4) FROM m)
      ELSE ${count(sql`c.oid`)} = 4 END FROM pg_class c WHERE c.oid = ${relation})`;
}

function functionName(relation: number, event: string): string {
  return `${PREFIX}_${relation}_${event}`;
}

/** The relation and, where it is partitioned, every partition below it, as qualified names. */
async function treeOf(tx: Sql | ISql, relation: number): Promise<string[]> {
  const rows = await tx<{ schema: string; name: string }[]>`
    SELECT n.nspname AS schema, c.relname AS name
      FROM (SELECT ${relation}::oid AS oid UNION SELECT relid FROM pg_partition_tree(${relation}::oid)) m
      JOIN pg_class c ON c.oid = m.oid JOIN pg_namespace n ON n.oid = c.relnamespace
     ORDER BY c.oid`;
  return rows.map(({ schema, name }) => `${quoteName(schema)}.${quoteName(name)}`);
}
