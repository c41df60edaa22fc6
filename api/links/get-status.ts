import type { Cell } from '../../shared/cell.ts';
import type { LinkStatus } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { countProblems, readNotices } from '../sync/notices.ts';
import { readJournal } from './get-journal.ts';
import { linkInfo, readLink, type LinkRecord } from './link-record.ts';

const PROBLEMS = 50;
const LOST = 20;

/** How a link is doing: counts, rows that need a person, values that gave way. */
export async function getStatus({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<LinkStatus> {
  const { sql } = ctx;
  const link = await readLink(sql, input.link, ctx.caller);
  const [counts] = await sql<{ rows: number; pending: number }[]>`
    SELECT (SELECT count(*) FROM tandem."row" WHERE link = ${link.id}::uuid AND status NOT IN ('tombstone', 'outside'))::float8 AS rows,
           ((SELECT count(DISTINCT key) FROM tandem.dirty WHERE link = ${link.id}::uuid)
            + (SELECT count(*) FROM tandem.offer WHERE link = ${link.id}::uuid)
            + (SELECT count(*) FROM tandem.change WHERE relation = ${link.relation}::oid))::float8 AS pending`;
  const problems = await sql<{ key: string; status: string; error: string | null }[]>`
    SELECT key, status, error::text AS error FROM tandem."row"
     WHERE link = ${link.id}::uuid AND status NOT IN ('ok', 'tombstone', 'outside')
       AND NOT (absent_at IS NOT NULL AND coalesce(error->>'code', '') = 'renamed')
     ORDER BY coalesce(error->>'code', '') IN ('missing', 'removed'), changed_at DESC, key LIMIT ${PROBLEMS}`;
  const header = (id: string | null | undefined) => link.columns.find((column) => column.id === id)?.header ?? null;
  return {
    link: linkInfo(link),
    lastSync: link.lastSyncAt,
    ...counts!,
    ...(await countProblems(sql, link.id)),
    mayChange: ctx.caller.admin || link.owner === ctx.caller.sub,
    problems: problems.map(({ key, status, error }) => {
      const told = error === null ? null : (JSON.parse(error) as { code: string; message: string; column?: string });
      return { key, status, code: told?.code ?? status, column: header(told?.column), message: told?.message ?? '' };
    }),
    lost: (await readJournal(sql, link, { limit: LOST, lost: true })).map((entry) => ({
      at: entry.at,
      key: entry.key,
      column: entry.header,
      side: entry.side,
      // A whole row is shown in the history; here it is only named.
      before: entry.column === null ? null : (entry.before as Cell),
      after: entry.column === null ? null : (entry.after as Cell),
      cause: entry.cause,
    })),
    notices: await readNotices(sql, link, ctx.caller),
    ...(link.kind === 'replace' ? await replaceStatus(sql, link) : {}),
    leftHeaders: link.registry?.leftHeaders ?? [],
  };
}

async function replaceStatus(sql: Context['sql'], { id, replaced }: LinkRecord) {
  const [row] = await sql<{ at: string | null }[]>`
    SELECT to_char(replaced_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
      FROM tandem.link WHERE id = ${id}::uuid`;
  const done = replaced?.done ?? null;
  return {
    rows: done?.rows ?? 0,
    rejected: replaced?.refused?.count ?? 0,
    replaced: done === null ? null : { at: row!.at!, rows: done.rows },
    problems: (replaced?.refused?.cells ?? []).slice(0, PROBLEMS).map(({ row: number, header, message }) => ({
      key: `row ${number}`,
      status: 'rejected',
      code: 'invalid_value',
      column: header || null,
      message,
    })),
  };
}
