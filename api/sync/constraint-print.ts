import type { TransactionSql } from 'postgres';
import type { Message } from './message.ts';

/**
 * Rows that the table refused are tried again when its constraints have changed: one of them may have been in the way.
 * Compared only while there are such rows; the first comparison after one was refused just takes note.
 */
export async function retryOnNewConstraints({ tx, link, now }: Message, rejected: boolean): Promise<void> {
  if (!rejected) {
    link.constraintPrint = null;
    return;
  }
  const print = await constraintPrint(tx, link.relation);
  if (link.constraintPrint !== null && link.constraintPrint !== print) {
    await tx`UPDATE tandem."row" SET retry_at = ${now.toISOString()}::text::timestamptz, attempts = 1
              WHERE link = ${link.id}::uuid AND status = 'rejected'`;
  }
  link.constraintPrint = print;
}

/** Of everything that may refuse a row: constraints, other tables' that refer to this one, unique indexes, NOT NULL, types with their lengths and domains. */
export async function constraintPrint(tx: TransactionSql, relation: number): Promise<string> {
  const [row] = await tx<{ print: string }[]>`
    SELECT md5(concat_ws('|',
      (SELECT string_agg(pg_get_constraintdef(c.oid), '|' ORDER BY c.conname) FROM pg_constraint c
        WHERE c.conrelid = ${relation}::oid OR c.confrelid = ${relation}::oid OR c.contypid IN
              (SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = ${relation}::oid AND a.attnum > 0)),
      (SELECT string_agg(pg_get_indexdef(i.indexrelid), '|' ORDER BY i.indexrelid) FROM pg_index i
        WHERE i.indrelid = ${relation}::oid AND i.indisunique),
      (SELECT string_agg(concat(a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull), '|' ORDER BY a.attnum)
         FROM pg_attribute a WHERE a.attrelid = ${relation}::oid AND a.attnum > 0 AND NOT a.attisdropped))) AS print`;
  return row!.print;
}
