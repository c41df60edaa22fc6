import type { ISql, Sql } from 'postgres';
import type { Cell, Cells } from '../../shared/cell.ts';
import { jsonRows } from './json-rows.ts';

/** One entry: a write Tandem made in the table, or a value that gave way to the other side's. Values in sheet form. */
export interface JournalEntry {
  op: 'insert' | 'update' | 'delete' | 'lost' | 'held';
  /** The side whose value was written over (lost), or that was written (others). */
  side: 'sheet' | 'table';
  key: string;
  /** Column id; null for a whole row. */
  column: string | null;
  before: Cell | Cells;
  after: Cell | Cells;
  cause: string;
}

export async function writeJournal(
  tx: Sql | ISql,
  link: string,
  entries: readonly JournalEntry[],
  by: { run: string | null; actor: string | null; now: Date },
): Promise<void> {
  if (entries.length === 0) return;
  await tx`
    INSERT INTO tandem.journal (link, run, op, side, key, "column", before, after, cause, actor, at)
    SELECT ${link}::uuid, ${by.run}::text, x.op, x.side, x.key, x."column", x.before::json, x.after::json, x.cause,
           ${by.actor}::text, ${by.now.toISOString()}::text::timestamptz
      FROM json_to_recordset(${jsonRows(entries, ['before', 'after'])}::text::json)
        AS x (op text, side text, key text, "column" text, before text, after text, cause text)`;
}
