import type { TransactionSql } from 'postgres';
import type { StoredColumn, StoredReference } from '../../drizzle/schema/index.ts';
import type { LinkRecord } from '../links/link-record.ts';
import { writeSchemaLog } from '../links/schema-log.ts';
import { readShape, type TableShape } from '../links/table-shape.ts';
import { installCapture } from './capture.ts';
import { addWholeTable } from './dirty.ts';
import { removeUnusedCapture } from './related-capture.ts';
import { TargetTable } from './target-table.ts';

/**
 * R40: where a link's table is gone and one of the same name is there with all of its columns and the same key, restored
 * or made anew by a migration, the link takes that one up. It has other rows than the ones accounted for, so both sides
 * are compared as in a first sync: nothing is deleted, rows of one side go to the other, and the policy decides where both
 * differ, the loser being journaled. Rows that the table had deleted, or the sheet lost, stay so.
 *
 * Answers the table, or why it is not taken up; null where there is none of that name.
 */
export async function takeUpTable(
  tx: TransactionSql,
  link: LinkRecord,
  now: Date,
): Promise<TableShape | string | null> {
  const shape = await readShape(tx, { schema: link.schema, name: link.table });
  if (shape === null) return null;
  const name = `"${link.schema}.${link.table}"`;
  const usable = link.kind === 'replace' ? shape.replaceable : shape.unsuitable === null;
  if (!usable) return `${name} is there again, and can't be linked. ${shape.unsuitable}`;
  const own = link.columns.filter(({ related }) => related === undefined);
  const numberOf = new Map(shape.columns.map((column) => [column.name, column.attnum]));
  const lost = own.filter((column) => column.suspendedBy !== 'table' && !numberOf.has(column.column));
  if (lost.length > 0) {
    const names = lost.map(({ column }) => `"${column}"`).join(', ');
    return `${name} is there again, without ${names}. Add what is missing, or remove the link and link the tab again.`;
  }
  const keys = own.flatMap(({ key, column }) => (key ? [numberOf.get(column)] : []));
  if (
    link.kind === 'sync' &&
    (keys.length !== shape.primaryKey.length || keys.some((n) => !shape.primaryKey.includes(n!)))
  ) {
    return `${name} is there again, with another primary key. Remove the link and link the tab again, so that rows are told apart by the new key.`;
  }
  const before = link.relation;
  renumber(link, numberOf);
  link.relation = shape.oid;
  await tx`UPDATE tandem.link SET relation = ${shape.oid}::oid WHERE id = ${link.id}::uuid`;
  await removeUnusedCapture(tx, [before]);
  if (link.kind === 'sync') {
    await installCapture(tx, shape);
    await forgetRows(tx, link);
    if (link.state === 'preview' || link.pausedFrom === 'preview') link.staged = 'no';
    else await addWholeTable(tx, new TargetTable(shape, link));
  } else if (link.replaced !== null) link.replaced = { ...link.replaced, done: null };
  const place = { link: link.id, schema: link.schema, table: link.table, actor: null, now };
  await writeSchemaLog(tx, place, [{ op: 'table_replaced' }]);
  return shape;
}

/** Columns are known by their numbers, which the new table gave anew: by the names they last had. */
function renumber(link: LinkRecord, numberOf: ReadonlyMap<string, number>): void {
  const names = new Map<number, string>();
  for (const { attnum, name } of link.registry?.unmapped ?? []) names.set(attnum, name);
  for (const { attnum, column, related } of link.columns) if (related === undefined) names.set(attnum, column);
  // No column has a negative number: what is not there is missed as a dropped column is.
  const moved = (attnum: number): number => numberOf.get(names.get(attnum) ?? '') ?? -Math.abs(attnum);
  const reference = <T extends StoredReference>(one: T): T => ({ ...one, via: one.via.map(moved) });
  const column = <T extends StoredColumn>(one: T): T => ({
    ...one,
    attnum: one.related === undefined ? moved(one.attnum) : one.attnum,
    ...(one.related ? { related: reference(one.related) } : {}),
    ...(one.label ? { label: reference(one.label) } : {}),
  });
  link.columns = link.columns.map(column);
  link.lockAttnums = link.lockAttnums.map(moved);
  if (link.softDeleteAttnum !== null) link.softDeleteAttnum = moved(link.softDeleteAttnum);
  if (link.filter !== null) {
    const conditions = link.filter.conditions.map((one) => ({ ...one, attnum: moved(one.attnum) }));
    link.filter = { ...link.filter, conditions };
  }
  if (link.registry !== null) {
    const { retired, leftAttnums, unmapped } = link.registry;
    link.registry = {
      ...link.registry,
      retired: retired.map(column),
      leftAttnums: leftAttnums.map(moved),
      unmapped: unmapped.map((one) => ({ ...one, attnum: moved(one.attnum) })),
    };
  }
}

/** What both sides last agreed on, but for rows that went: those stay gone. Notes of ours are taken off the sheet. */
async function forgetRows(tx: TransactionSql, { id }: LinkRecord): Promise<void> {
  await tx`DELETE FROM tandem.offer WHERE link = ${id}::uuid`;
  await tx`DELETE FROM tandem.dirty WHERE link = ${id}::uuid`;
  await tx`DELETE FROM tandem."row" WHERE link = ${id}::uuid AND status <> 'tombstone' AND marks IS NULL`;
  await tx`
    UPDATE tandem."row" r
       SET db_key = NULL, a = NULL, b = NULL, seen_hi = NULL, seen_lo = NULL, refused = NULL, blocked = NULL,
           status = 'ok', error = NULL, absent_scan = NULL, absent_at = NULL, absent_run = NULL, write_back = 'none',
           retry_at = NULL, attempts = 0, twins = false, marks_due = true,
           marks = (SELECT json_object_agg(m.key, jsonb_set(jsonb_set(m.value::jsonb, '{message}', 'null'), '{done}', 'false'))
                      FROM json_each(r.marks) m)
     WHERE link = ${id}::uuid AND status <> 'tombstone'`;
}
