import type { ISql, Sql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { TableRules } from '../../shared/protocol/table-rules.ts';
import { requireAdmin } from '../access/require-admin.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { checkChoices } from '../sync/check-words.ts';
import { quoteName } from '../sync/quote-name.ts';
import { readReferences, qualifiedName, type Reference } from './references.ts';
import { labelChoices, relatedChoices } from './related-columns.ts';
import { readShape, type TableShape } from './table-shape.ts';

/** A drop-down of Sheets holds at most this many items. */
export const MOST_CHOICES = 500;

type Rule = TableRules['columns'][number];
type Choices = NonNullable<Rule['choices']>;

/**
 * What a table accepts in each of its columns, as far as a sheet can say so beforehand: values to choose from, whether
 * one is required, and its length.
 * @throws TandemError `not_allowed`, `table_not_found`
 */
export async function getTableRules({
  ctx,
  input,
}: {
  ctx: Context;
  input: { schema: string; name: string };
}): Promise<TableRules> {
  requireAdmin(ctx.caller);
  // A table that is locked, or long, must not hold a connection for longer than a request may take.
  return inTransaction(ctx.sql, async (tx) => {
    const shape = input.schema === 'tandem' ? null : await readShape(tx, input);
    if (shape === null) {
      throw new TandemError('table_not_found', `There is no table "${input.schema}.${input.name}".`);
    }
    const references = await readReferences(tx, shape.oid);
    return { columns: await rulesOf(tx, shape, references), related: relatedChoices(shape, references) };
  });
}

/** What each column of a table accepts. */
export async function rulesOf(sql: Sql | ISql, shape: TableShape, references: readonly Reference[]): Promise<Rule[]> {
  const { enums, checks } = await readConstraints(sql, shape);
  const columns: Rule[] = [];
  for (const { attnum, name, type, notNull, hasDefault, generated } of shape.columns) {
    const listed = enums.get(attnum) ?? checks.get(attnum)?.flatMap((check) => checkChoices(check, name) ?? []);
    const reference = references.find(({ via }) => via.length === 1 && via[0] === attnum);
    const target = reference?.columns.find((column) => column.attnum === reference.to[0]);
    let choices: Choices | null = null;
    if (listed && listed.length > 0 && listed.length <= MOST_CHOICES) choices = { from: 'type', values: listed };
    else if (reference && target?.readable) choices = await keysOf(sql, qualifiedName(reference), target.name);
    let refersTo: Rule['refersTo'] = null;
    if (reference && target) {
      // Rows are told apart by the key itself, never by what stands for it.
      const texts = shape.primaryKey.includes(attnum) ? [] : await labelChoices(sql, reference);
      const labels = texts.filter((text) => text.attnum !== target.attnum).map((text) => text.name);
      refersTo = { schema: reference.schema, name: reference.name, column: target.name, labels };
    }
    columns.push({
      name,
      choices,
      refersTo,
      required: notNull && !hasDefault && !generated,
      maxLength: lengthOf(type),
    });
  }
  return columns;
}

/** `character varying(20)` and `character(2)` hold 20 and 2 characters. */
function lengthOf(type: string): number | null {
  const match = /^character(?: varying)?\((\d+)\)$/.exec(type);
  return match ? Number(match[1]) : null;
}

/** Labels of enum columns and definitions of the checks on single columns, by attribute number. */
async function readConstraints(sql: Sql | ISql, shape: TableShape) {
  const enums = await sql<{ attnum: number; labels: string }[]>`
    SELECT a.attnum, (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e
                       WHERE e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid)) AS labels
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = ${shape.oid}::oid AND a.attnum > 0 AND NOT a.attisdropped
       AND EXISTS (SELECT 1 FROM pg_enum e WHERE e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid))`;
  const checks = await sql<{ attnum: number; definition: string }[]>`
    SELECT conkey[1] AS attnum, pg_get_constraintdef(oid, true) AS definition FROM pg_constraint
     WHERE conrelid = ${shape.oid}::oid AND contype = 'c' AND cardinality(conkey) = 1 ORDER BY conname`;
  const byColumn = new Map<number, string[]>();
  for (const { attnum, definition } of checks) {
    byColumn.set(attnum, [...(byColumn.get(attnum) ?? []), definition]);
  }
  return {
    enums: new Map(enums.map(({ attnum, labels }) => [attnum, JSON.parse(labels) as string[]])),
    checks: byColumn,
  };
}

/** The values a foreign key may take, where a drop-down can hold them all. */
async function keysOf(sql: Sql | ISql, table: string, column: string): Promise<Choices | null> {
  const rows = await sql.unsafe<{ value: string }[]>(
    `SELECT ${quoteName(column)}::text AS value FROM ${table} WHERE ${quoteName(column)} IS NOT NULL
      ORDER BY ${quoteName(column)} LIMIT ${MOST_CHOICES + 1}`,
  );
  if (rows.length === 0 || rows.length > MOST_CHOICES) return null;
  return { from: 'reference', values: rows.map(({ value }) => value) };
}
