import { createHash } from 'node:crypto';
import type { ISql, Sql, TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkRules } from '../../shared/protocol/table-rules.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { tableGone } from '../sync/drift.ts';
import { labelSource } from '../sync/labels.ts';
import { MOST_CHOICES, rulesOf } from './get-table-rules.ts';
import { readLink, type LinkRecord } from './link-record.ts';
import { listChoices } from './link-options.ts';
import { findReference, readReferences, type Reference } from './references.ts';
import { readShape, type TableShape } from './table-shape.ts';

/** A table with more rows than this, by the planner's estimate, has more labels than a drop-down holds; they are not counted. */
const MOST_LABELLED_ROWS = 20_000;

/**
 * How the columns of a link are to look in a sheet, and what may be typed into them.
 * @throws TandemError `link_not_found`, `table_not_found`
 */
export async function getLinkRules({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<LinkRules> {
  return inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller);
    const shape = await readShape(tx, { oid: link.relation });
    if (shape === null) throw new TandemError('table_not_found', tableGone(link));
    return linkRules(tx, link, shape);
  });
}

/** What `getLinkRules` answers, and the sync compares the digest of. */
export async function linkRules(tx: TransactionSql, link: LinkRecord, shape: TableShape): Promise<LinkRules> {
  const references = await readReferences(tx, shape.oid);
  const rules = await rulesOf(tx, shape, references);
  const columns: LinkRules['columns'] = [];
  for (const column of link.columns) {
    const { id, header, key, kind, type, hasDefault, related } = column;
    const found = shape.columns.find(({ attnum }) => attnum === column.attnum);
    const rule = rules.find(({ name }) => name === found?.name);
    if (related !== undefined) {
      const from = findReference(references, related)?.name ?? null;
      const none = { comment: null, generated: false, required: false, maxLength: null, choices: null, refersTo: null };
      columns.push({ id, header, kind, type, key: false, hasDefault, from, ...none });
    } else if (found && rule) {
      const { comment, generated } = found;
      const label = await labelOf(tx, references, column);
      const by = label?.name ?? rule.refersTo?.column;
      columns.push({
        id,
        header,
        kind: label ? 'text' : found.kind,
        type: found.type,
        comment: comment === found.name ? null : comment,
        key,
        hasDefault: found.hasDefault,
        generated,
        from: null,
        required: rule.required,
        // That of the key, which nobody types where a label is shown.
        maxLength: generated || label ? null : rule.maxLength,
        choices: generated ? null : label ? label.choices : (rule.choices?.values ?? null),
        refersTo: rule.refersTo && by !== undefined ? { name: rule.refersTo.name, by } : null,
      });
    }
  }
  return { choices: digestOf(columns), columns };
}

/** The label that a foreign key is shown by; its choices null where there are too many, and null where there is none. */
async function labelOf(
  sql: Sql | ISql,
  references: readonly Reference[],
  column: StoredColumn,
): Promise<{ name: string; choices: string[] | null } | null> {
  const source = labelSource(references, column);
  if (source === null) return null;
  const reference = findReference(references, column.label!)!;
  const { name } = reference.columns.find(({ attnum }) => attnum === column.label!.attnum)!;
  const [size] = await sql<{ rows: number }[]>`
    SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = ${reference.relation}::oid`;
  const choices = (size?.rows ?? 0) > MOST_LABELLED_ROWS ? [] : await listChoices(sql, source, MOST_CHOICES + 1);
  // A list that lacks some would mark good values as wrong.
  return { name, choices: choices.length === 0 || choices.length > MOST_CHOICES ? null : choices };
}

function digestOf(columns: LinkRules['columns']): string {
  const made = columns.map(({ id, choices, maxLength }) => [id, choices, maxLength]);
  return createHash('sha256').update(JSON.stringify(made)).digest('base64url').slice(0, 16);
}
