import type { Cells } from '../../shared/cell.ts';
import { problemKinds, type ProblemCell, type ProblemKind, type ProblemList } from '../../shared/protocol/problems.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { Context } from '../context.ts';
import type { RowState } from '../sync/row-state.ts';
import { TargetTable } from '../sync/target-table.ts';
import { readLink, type LinkRecord } from './link-record.ts';
import { readShape } from './table-shape.ts';

const SHOWN_VALUES = 4;
const SHOWN_KEYS = 50;

interface Raw {
  key: string;
  kind: ProblemKind;
  /** Microseconds since 1970, as text: more digits than a double holds. */
  at: string;
  a: string | null;
  refused: string | null;
  blocked: string | null;
  error: string | null;
}

/**
 * Rows that need a person, page by page, each with the cells that have a reason of their own; of a conflict both values.
 * @throws TandemError `link_not_found`, `bad_request`
 */
export async function listProblems({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; kind?: ProblemKind | undefined; after?: string | undefined; limit?: number | undefined };
}): Promise<ProblemList> {
  const { sql } = ctx;
  const { limit = 50, kind } = input;
  const link = await readLink(sql, input.link, ctx.caller);
  const after = input.after === undefined ? null : readCursor(input.after);
  // Text, not operators of json: a cell may hold what their parser refuses (a lone surrogate).
  const rows = await sql<(Raw & { counts: string })[]>`
    WITH problem AS (
      SELECT key, a, refused, blocked, error, (extract(epoch FROM changed_at) * 1000000)::bigint AS at,
             CASE WHEN error->>'code' IN ('missing', 'removed', 'renamed') THEN error->>'code'
                  WHEN error->>'code' IN ('incomplete', 'waiting') THEN 'unfinished'
                  WHEN refused::text LIKE '%"code":"conflict"%' THEN 'conflict'
                  WHEN status = 'rejected' THEN 'refused' ELSE 'held' END AS kind
        FROM tandem."row"
       WHERE link = ${link.id}::uuid AND status NOT IN ('ok', 'tombstone', 'outside')
         -- The row under its former key is told of with the new one.
         AND NOT (absent_at IS NOT NULL AND coalesce(error->>'code', '') = 'renamed')),
    page AS (
      SELECT * FROM problem
       WHERE true
        ${kind === undefined ? sql`` : sql`AND kind = ${kind}`}
        ${after === null ? sql`` : sql`AND (at < ${after.at}::bigint OR (at = ${after.at}::bigint AND key > ${after.key}))`}
       ORDER BY at DESC, key LIMIT ${limit + 1})
    SELECT key, kind, at::text AS at, a::text AS a, refused::text AS refused, blocked::text AS blocked,
           error::text AS error, counts
      FROM (SELECT json_object_agg(kind, n)::text AS counts
              FROM (SELECT kind, count(*) AS n FROM problem GROUP BY kind) k) c
      LEFT JOIN page ON true
     ORDER BY page.at DESC, key`;
  const counts = (JSON.parse(rows[0]?.counts ?? 'null') ?? {}) as Partial<Record<ProblemKind, number>>;
  const found = rows.filter(({ key }) => key !== null);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1)! : null;
  const table = page.some(({ kind }) => kind === 'conflict') ? await openTable(ctx, link) : null;
  return {
    problems: page.map((row) => {
      const error = parse<RowState['error']>(row.error, null);
      return {
        key: row.key,
        kind: row.kind,
        code: error?.code ?? 'held',
        message: error?.message ?? 'This row waits for a person.',
        column: headerOf(link, error?.column),
        cells: reasonedCells(row, link, table),
        values: knownValues(parse<Cells>(row.a, {}), link),
      };
    }),
    duplicates: (link.lastScan?.duplicates ?? []).slice(0, SHOWN_KEYS),
    blankKeys: (link.lastScan?.blankKeys ?? []).slice(0, SHOWN_KEYS),
    keyCounts: {
      duplicates: link.lastScan?.duplicates.length ?? 0,
      blankKeys: link.lastScan?.blankKeys.length ?? 0,
    },
    next: last === null ? null : `${last.at}.${last.key}`,
    counts: Object.fromEntries(problemKinds.map((one) => [one, counts[one] ?? 0])) as ProblemList['counts'],
  };
}

function readCursor(text: string): { at: string; key: string } {
  const match = /^(\d{1,18})\.(.+)$/s.exec(text);
  if (!match) {
    throw new TandemError('bad_request', 'The field "after" is not one of an earlier page.', { field: 'after' });
  }
  return { at: match[1]!, key: match[2]! };
}

const parse = <T>(text: string | null, empty: T): T => (text === null ? empty : (JSON.parse(text) as T));

function headerOf(link: LinkRecord, id: string | undefined): string | null {
  return link.columns.find((column) => column.id === id)?.header ?? null;
}

/** To show the table's values as the sheet would; null where the table is gone. */
async function openTable(ctx: Context, link: LinkRecord): Promise<TargetTable | null> {
  const shape = await readShape(ctx.sql, { oid: link.relation });
  return shape && new TargetTable(shape, link);
}

/** Cells of the row that were refused or asked about, and values of the table that the sheet did not take. */
function reasonedCells(row: Raw, link: LinkRecord, table: TargetTable | null): ProblemCell[] {
  const refused = parse<RowState['refused']>(row.refused, {});
  const blocked = parse<RowState['blocked']>(row.blocked, {});
  const cells: ProblemCell[] = [];
  for (const { id, header } of link.columns) {
    const refusal = refused[id];
    if (refusal !== undefined && refusal.message !== '') {
      const column = table?.column(id);
      cells.push({
        column: id,
        header,
        code: refusal.code,
        message: refusal.message,
        sheet: refusal.cell,
        ...(refusal.code === 'conflict' && column ? { table: table!.show(column, refusal.table ?? null) } : {}),
        ...(refusal.decided ? { decided: refusal.decided } : {}),
      });
    }
    const block = blocked[id];
    if (block !== undefined) {
      const sheet = refusal === undefined ? (parse<Cells>(row.a, {})[id] ?? null) : refusal.cell;
      cells.push({ column: id, header, code: block.code, message: block.message, sheet });
    }
  }
  return cells;
}

function knownValues(a: Cells, link: LinkRecord): { header: string; value: Cells[string] }[] {
  return link.columns
    .filter(({ id, key }) => !key && (a[id] ?? null) !== null)
    .slice(0, SHOWN_VALUES)
    .map(({ id, header }) => ({ header, value: a[id]! }));
}
