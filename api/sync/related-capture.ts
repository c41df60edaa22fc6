import type { ISql, Sql, TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkRecord } from '../links/link-record.ts';
import { qualifiedName, refersSql } from '../links/references.ts';
import { requireRights } from '../links/table-rights.ts';
import { readShape, type TableShape } from '../links/table-shape.ts';
import { installCapture, isCaptured, lockCapture, removeCapture } from './capture.ts';
import { addDirty } from './dirty.ts';
import { isKeyOf } from './key-text.ts';
import { asText, compareSql, quoteName } from './quote-name.ts';
import { TargetTable } from './target-table.ts';

/** A captured change of a relation: its key as text, null for TRUNCATE, and when. */
export interface CapturedKey {
  key: string[] | null;
  at: number;
}

/**
 * Passes changes of a relation on to the links that read columns from it: the rows of their tables that refer to a
 * changed row are dirty (I12). Rows that come to refer to it later are changes of their own table. `links` are locked.
 */
export async function fanOut(
  tx: TransactionSql,
  relation: number,
  shape: TableShape,
  changed: readonly CapturedKey[],
  links: readonly LinkRecord[],
): Promise<void> {
  for (const link of links.filter(({ relatedRelations }) => relatedRelations.includes(relation))) {
    const own = link.relation === relation ? shape : await readShape(tx, { oid: link.relation });
    if (own === null) continue;
    const table = new TargetTable(own, link);
    if (!table.hasKey) continue;
    for (const reference of link.references.filter((one) => one.relation === relation)) {
      const keys = shape.primaryKey.map((attnum) => shape.columns.find((column) => column.attnum === attnum)!);
      // A key that cannot be one any more stands for a row that has another now.
      const whole = changed.some(({ key }) => key === null || key.length !== keys.length || !isKeyOf(shape, key));
      const rows = await tx.unsafe<{ key: string; at: number | null }[]>(
        `SELECT to_json(ARRAY[${table.keys.map(({ column, cast }) => asText(`t.${quoteName(column)}`, cast)).join(', ')}])::text AS key,
                ${whole ? 'NULL::float8' : 'x.at'} AS at
           FROM ${own.qualified} t JOIN ${qualifiedName(reference)} r ON ${refersSql(reference, own.columns, shape.columns)}
           ${
             whole
               ? 'WHERE $1::text IS NOT NULL'
               : `JOIN json_to_recordset($1::text::json) AS x (at float8, ${keys.map((_, n) => `k${n} text`).join(', ')})
                    ON ${keys.map((key, n) => compareSql(`r.${quoteName(key.name)}`, '=', `x.k${n}::${key.cast}`, key)).join(' AND ')}`
           }`,
        [
          JSON.stringify(
            whole
              ? []
              : changed.map(({ key, at }) => ({ at, ...Object.fromEntries(key!.map((k, n) => [`k${n}`, k])) })),
          ),
        ],
      );
      await addDirty(
        tx,
        link.id,
        rows.flatMap(({ key: text, at }) => {
          const dbKey = JSON.parse(text) as string[];
          const key = table.canonicalKey(dbKey);
          return key === null ? [] : [{ key, dbKey, ...(at === null ? {} : { at }) }];
        }),
      );
    }
  }
}

/**
 * Puts capture triggers on the tables that a link reads columns from. Answers whether any were missing. Of a link that
 * runs, those whose rows can't be told for sure are left as they are: the columns read from them are set aside (R41).
 * @throws TandemError `table_unsuitable` where one of them has no primary key, or the server too few rights there
 */
export async function captureRelated(
  tx: TransactionSql,
  link: Pick<LinkRecord, 'relatedRelations' | 'columns'>,
  { running = false } = {},
): Promise<boolean> {
  let missing = false;
  for (const relation of link.relatedRelations) {
    if (await isCaptured(tx, relation)) continue;
    const shape = await readShape(tx, { oid: relation });
    // Gone: the columns read from it are about to be suspended.
    if (shape === null || (running && shape.unsure !== null)) continue;
    if (shape.unsuitable !== null) {
      const message = `Values can't be taken from "${shape.schema}.${shape.name}". ${shape.unsuitable}`;
      throw new TandemError('table_unsuitable', message);
    }
    missing = true;
    const read = link.columns.flatMap(({ related, label }) => [related, label].flatMap((one) => one ?? []));
    const columns = read.filter((one) => one.relation === relation).flatMap(({ to, attnum }) => [...to, attnum]);
    await requireRights(tx, shape, 'read', [...shape.primaryKey, ...columns]);
    await installCapture(tx, shape);
  }
  return missing;
}

/** Takes the triggers off relations that no link uses any more. */
export async function removeUnusedCapture(tx: Sql | ISql, relations: readonly number[]): Promise<void> {
  for (const relation of new Set(relations)) {
    await lockCapture(tx, relation);
    const [used] = await tx`SELECT 1 FROM tandem.link
      WHERE (relation = ${relation}::oid AND kind = 'sync') OR ${relation}::oid = ANY (related_relations) LIMIT 1`;
    if (!used) await removeCapture(tx, relation);
  }
}
