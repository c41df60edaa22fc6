import type { Cells } from '../../shared/cell.ts';
import { TOMBSTONE_DAYS } from '../../shared/limits.ts';
import type { TombstoneList } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { readLink } from './link-record.ts';

const PAGE = 50;

/**
 * Deleted rows that can still be put back, those that went last first; of a key deleted more than once the last one.
 * @throws TandemError `link_not_found`
 */
export async function listTombstones({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; before?: number | undefined; limit?: number | undefined };
}): Promise<TombstoneList> {
  const { sql } = ctx;
  const link = await readLink(sql, input.link, ctx.caller);
  const limit = input.limit ?? PAGE;
  type Raw = Omit<TombstoneList['tombstones'][number], 'cells'> & { cells: string };
  const iso = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
  const rows = await sql<Raw[]>`
    SELECT t.id::float8 AS id, t.key, t.side, t.actor, t.cells::text AS cells,
           to_char(t.at AT TIME ZONE 'UTC', ${iso}) AS at,
           to_char((t.at + make_interval(days => ${TOMBSTONE_DAYS})) AT TIME ZONE 'UTC', ${iso}) AS until,
           coalesce(r.db_key IS NOT NULL AND r.status <> 'outside', false) AS taken
      FROM tandem.tombstone t LEFT JOIN tandem."row" r ON r.link = t.link AND r.key = t.key
     WHERE t.link = ${link.id}::uuid ${input.before === undefined ? sql`` : sql`AND t.id < ${input.before}`}
       AND NOT EXISTS (SELECT 1 FROM tandem.tombstone later WHERE later.link = t.link AND later.key = t.key
                          AND later.id > t.id)
     ORDER BY t.id DESC LIMIT ${limit}`;
  return {
    tombstones: rows.map(({ cells, ...row }) => {
      const values = JSON.parse(cells) as Cells;
      return {
        ...row,
        cells: link.columns.flatMap(({ id, header }) => (id in values ? [{ header, value: values[id]! }] : [])),
      };
    }),
    next: rows.length === limit ? rows.at(-1)!.id : null,
  };
}
