import type { ISql, Sql } from 'postgres';
import type { Cell, Cells } from '../../shared/cell.ts';
import type { Context } from '../context.ts';
import { readLink, type LinkRecord } from './link-record.ts';

export interface JournalLine {
  /** Grows with time; `before` of the next page. */
  id: number;
  /** ISO instant. */
  at: string;
  run: string | null;
  op: 'insert' | 'update' | 'delete' | 'lost' | 'held';
  side: 'sheet' | 'table';
  key: string;
  /** Column id and its header; null for a whole row. */
  column: string | null;
  header: string | null;
  before: Cell | Cells;
  after: Cell | Cells;
  cause: string;
  actor: string | null;
}

/** A page of a link's journal, newest first. */
export async function getJournal({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; before?: number | undefined; limit?: number | undefined; lost?: boolean | undefined };
}): Promise<{ entries: JournalLine[] }> {
  const link = await readLink(ctx.sql, input.link, ctx.caller);
  const { before, limit = 100, lost = false } = input;
  return { entries: await readJournal(ctx.sql, link, { before, limit, lostOnly: lost }) };
}

export async function readJournal(
  sql: Sql | ISql,
  link: LinkRecord,
  options: { before?: number | undefined; limit: number; lostOnly: boolean },
): Promise<JournalLine[]> {
  type Raw = Omit<JournalLine, 'before' | 'after' | 'header'> & { before: string | null; after: string | null };
  const rows = await sql<Raw[]>`
    SELECT id::float8 AS id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, run, op, side, key,
           "column", before::text AS before, after::text AS after, cause, actor
      FROM tandem.journal WHERE link = ${link.id}::uuid
       ${options.lostOnly ? sql`AND op = 'lost'` : sql``}
       ${options.before === undefined ? sql`` : sql`AND id < ${options.before}`}
     ORDER BY id DESC LIMIT ${options.limit}`;
  return rows.map((row) => ({
    ...row,
    header: link.columns.find((column) => column.id === row.column)?.header ?? null,
    before: row.before === null ? null : (JSON.parse(row.before) as Cell | Cells),
    after: row.after === null ? null : (JSON.parse(row.after) as Cell | Cells),
  }));
}
