import type { TransactionSql } from 'postgres';
import { checkInWords } from './check-words.ts';
import type { RowError } from './row-error.ts';
import type { TargetTable } from './target-table.ts';

/** What Postgres tells of a constraint that was not met; of a domain's, no table. */
export interface ConstraintError {
  code: string;
  /** Of a unique index that is no constraint, the index. */
  constraint_name?: string;
  schema_name?: string;
  table_name?: string;
  detail?: string;
}

export function blame(code: string, message: string, columns: string[] = [], mayHeal = false): RowError {
  return { code, message, columns, mayHeal };
}

/** Whether it is about the linked table, or a partition of it, and not about another that its triggers write to. */
export async function isOwn(
  tx: TransactionSql,
  { shape }: TargetTable,
  { schema_name: schema, table_name: name }: ConstraintError,
): Promise<boolean> {
  if (name === undefined || (schema === shape.schema && name === shape.name)) return true;
  const [found] = await tx`
    SELECT 1 FROM pg_partition_tree(${shape.oid}::oid) m JOIN pg_class c ON c.oid = m.relid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ${schema ?? ''} AND c.relname = ${name}`;
  return found !== undefined;
}

/** A trigger's own statement met it: nothing in the row can be blamed. */
export function writesElsewhere({ table_name: name, constraint_name: constraint }: ConstraintError): RowError {
  const rule = constraint === undefined ? '' : ` (rule "${constraint}")`;
  return blame(
    'refused',
    `The table refused this row: along with it, something is written to "${name}" that is not allowed there${rule}. Ask your admin what it means.`,
  );
}

interface Found {
  /** Names of the columns it covers; null where it is no constraint of the table. */
  columns: string | null;
  definition: string | null;
  /** The table that a foreign key refers to. */
  other: string | null;
}

/** The constraint, or the unique index, of the table that the error names: its own or a partition's. */
async function findConstraint(tx: TransactionSql, error: ConstraintError): Promise<Found | undefined> {
  const { constraint_name: constraint = '', schema_name: schema = '', table_name: name = '' } = error;
  const [found] = await tx<Found[]>`
    WITH told AS (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = ${schema} AND c.relname = ${name})
    SELECT (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = con.conrelid AND a.attnum = ANY (con.conkey))::text AS columns,
           pg_get_constraintdef(con.oid, true) AS definition, con.confrelid::regclass::text AS other
      FROM told JOIN pg_constraint con ON con.conrelid = told.oid AND con.conname = ${constraint}
    UNION ALL
    -- Of an index over expressions, the columns that they name; not those that only its WHERE names.
    SELECT (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = i.indrelid AND (a.attnum = ANY (i.indkey::int2[]) OR EXISTS (
               SELECT FROM pg_depend d, generate_series(1, i.indnkeyatts) AS n
                WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
                  AND d.refobjsubid = a.attnum AND i.indkey[n - 1] = 0
                  AND position(quote_ident(a.attname) IN pg_get_indexdef(i.indexrelid, n, true)) > 0)))::text, NULL, NULL
      FROM told JOIN pg_index i ON i.indrelid = told.oid JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relname = ${constraint}
     LIMIT 1`;
  return found;
}

/**
 * Explains a constraint or unique index that the row does not meet. One over several columns blames those of `changed`
 * that it covers.
 */
export async function explainConstraint(
  tx: TransactionSql,
  table: TargetTable,
  error: ConstraintError,
  changed: readonly string[],
): Promise<RowError> {
  const { code, constraint_name: name } = error;
  const isReference = code === '23503' || code === '23001';
  const referred = isReference ? await referredColumns(tx, table, error) : null;
  if (referred !== null) {
    const blamed = table.columns.filter(({ id, column }) => changed.includes(id) && referred.includes(column));
    const message = `Rows of "${error.table_name}" refer to this row. Delete or change those first.`;
    return blame(
      'reference',
      message,
      blamed.map(({ id }) => id),
      true,
    );
  }
  if (!(await isOwn(tx, table, error))) return writesElsewhere(error);
  const found = await findConstraint(tx, error);
  const named = found?.columns ? (JSON.parse(found.columns) as string[]) : [];
  const covered = table.columns.filter(({ column, related }) => related === undefined && named.includes(column));
  const writable = covered.filter((column) => changed.includes(column.id));
  const blamed = (writable.length > 0 ? writable : covered).map((column) => column.id);
  const names = covered.map((column) => column.header).join(' and ') || 'This row';
  if (code === '23514') {
    const definition = found?.definition ?? null;
    const words =
      definition !== null && named.length === 1 && covered[0] ? checkInWords(definition, covered[0].column) : null;
    if (words !== null) return blame('check', `${names} ${words}.`, blamed);
    const rule = definition === null ? null : readableCheck(definition, table);
    if (rule === null) return blame('check', `${names} does not satisfy the table's rule "${name}".`, blamed);
    return blame('check', `${names} must satisfy ${rule}.`, blamed);
  }
  if (isReference) {
    const other = found?.other?.replaceAll('"', '') ?? 'the other table';
    return blame('reference', `${names} refers to a row of ${other} that does not exist.`, blamed, true);
  }
  if (code === '23P01') {
    const message = `${names} overlaps or repeats that of another row, which the table's rule "${name}" does not allow.`;
    return blame('unique', message, blamed, true);
  }
  return blame('unique', `${names} is already used by another row and must be unique.`, blamed, true);
}

/**
 * Of a foreign key that rows refer to this table by, the columns that they refer to; null where it is not such a key, or
 * was met from the other side. The detail names the columns of the side that it is about, in every language.
 */
async function referredColumns(
  tx: TransactionSql,
  { shape }: TargetTable,
  error: ConstraintError,
): Promise<string[] | null> {
  const { constraint_name: constraint = '', schema_name: schema = '', table_name: name = '', detail = '' } = error;
  const [found] = await tx<{ own: boolean; from: string; to: string }[]>`
    SELECT con.conrelid = ${shape.oid}::oid AS own,
           (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, n)
              JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum)::text AS "from",
           (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(con.confkey) WITH ORDINALITY AS k (attnum, n)
              JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum)::text AS "to"
      FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE con.conname = ${constraint} AND n.nspname = ${schema} AND c.relname = ${name} AND con.contype = 'f'
       AND con.confrelid IN (SELECT ${shape.oid}::oid UNION SELECT relid FROM pg_partition_tree(${shape.oid}::oid))`;
  if (found === undefined) return null;
  const [from, to] = [JSON.parse(found.from) as string[], JSON.parse(found.to) as string[]];
  const about = (columns: string[]) => detail.includes(`(${columns.join(', ')})=`);
  return about(to) || (!found.own && !about(from)) ? to : null;
}

/** `CHECK ((price > (0)::numeric))` as `price > 0`. */
export function readableCheck(definition: string, table: TargetTable): string | null {
  let rule = /^CHECK \((.*)\)( NOT VALID| NO INHERIT)*$/s.exec(definition)?.[1];
  if (rule === undefined) return null;
  rule = rule
    .replace(/\((-?\d+(?:\.\d+)?)\)::[a-z ]+(\(\d+(,\d+)?\))?/g, '$1')
    .replace(/('(?:[^']|'')*')::[a-z ]+(\(\d+\))?/g, '$1')
    .replace(/::(text|numeric|integer|bigint|double precision|date)\b/g, '');
  while (rule.startsWith('(') && closes(rule)) rule = rule.slice(1, -1);
  for (const { column, header } of table.columns) {
    if (/^[a-z_]\w*$/.test(column)) rule = rule.replace(new RegExp(`(?<![\\w'])${column}(?![\\w'(])`, 'g'), header);
  }
  return rule;
}

/** Whether the first parenthesis closes at the very end. */
function closes(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}
