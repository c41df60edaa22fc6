import type { ISql, Sql } from 'postgres';
import type { Cell, Cells } from '../../shared/cell.ts';
import type { HistoryEntry, HistoryPage } from '../../shared/protocol/journal.ts';
import type { Context } from '../context.ts';
import { inZoneNow } from './journal-zones.ts';
import { readLink, type LinkRecord } from './link-record.ts';

export type JournalLine = HistoryEntry;

interface Filter {
  /** Entries older than this one. */
  before?: number | undefined;
  limit?: number | undefined;
  /** Only values that gave way. */
  lost?: boolean | undefined;
  /** Only of this row. */
  key?: string | undefined;
  /** Only of this run. */
  run?: string | undefined;
}

/** A page of a link's journal, newest first. */
export async function getJournal({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & Filter;
}): Promise<HistoryPage> {
  const link = await readLink(ctx.sql, input.link, ctx.caller);
  const { limit = 100 } = input;
  const entries = await readJournal(ctx.sql, link, { ...input, limit: limit + 1, marksUndone: true });
  return { entries: entries.slice(0, limit), next: entries.length > limit ? entries[limit - 1]!.id : null };
}

export async function readJournal(
  sql: Sql | ISql,
  link: LinkRecord,
  {
    before,
    limit,
    lost = false,
    key,
    run,
    // Looks through everything that is newer than the page: not for what is asked for often.
    marksUndone = false,
  }: Filter & { limit: number; marksUndone?: boolean },
): Promise<JournalLine[]> {
  type Raw = Omit<JournalLine, 'before' | 'after' | 'header'> & {
    before: string | null;
    after: string | null;
    ms: number;
  };
  const rows = await sql<Raw[]>`
    WITH page AS (
      SELECT id, at, run, op, side, key, "column", before, after, cause, actor
        FROM tandem.journal WHERE link = ${link.id}::uuid
         ${lost ? sql`AND op = 'lost'` : sql``}
         ${before === undefined ? sql`` : sql`AND id < ${before}`}
         ${key === undefined ? sql`` : sql`AND key = ${key}`}
         ${run === undefined ? sql`` : sql`AND run = ${run}`}
       ORDER BY id DESC LIMIT ${limit}),
    undone AS (
      SELECT substr(cause, 9) AS id FROM tandem.journal
       WHERE ${marksUndone} AND link = ${link.id}::uuid AND id > (SELECT min(id) FROM page) AND cause LIKE 'undo of %')
    SELECT id::float8 AS id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
           (extract(epoch FROM at) * 1000)::float8 AS ms, run, op, side, key,
           "column", before::text AS before, after::text AS after, cause, actor,
           id::text IN (SELECT id FROM undone) AS undone
      FROM page ORDER BY page.id DESC`;
  const now = await inZoneNow(sql, link);
  const columns = [...link.columns, ...(link.registry?.retired ?? [])];
  const value = (text: string | null, { ms, column }: Raw) =>
    text === null ? null : now(ms, column, JSON.parse(text) as Cell | Cells);
  return rows.map((row) => {
    const { ms: _, ...line } = row;
    return {
      ...line,
      header: columns.find((column) => column.id === row.column)?.header ?? null,
      before: value(row.before, row),
      after: value(row.after, row),
    };
  });
}
