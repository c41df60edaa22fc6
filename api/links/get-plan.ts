import type { TransactionSql } from 'postgres';
import type { Cell, Cells } from '../../shared/cell.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { PlanInfo } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { planTrouble, tableGone } from '../sync/drift.ts';
import { allRows } from '../sync/table-rows.ts';
import { TargetTable } from '../sync/target-table.ts';
import { readLink } from './link-record.ts';
import { readShape } from './table-shape.ts';

const SAMPLES = 20;

type Sample = PlanInfo['samples'][number];

/**
 * What the first sync would do: the staged sheet against the table as it is now. Reads the whole table once; writes
 * nothing.
 * @throws TandemError `link_not_found`, `wrong_state`, `table_not_found`
 */
export async function getPlan({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<PlanInfo> {
  return inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller);
    if (link.state === 'active') {
      throw new TandemError('wrong_state', 'This link is started already: there is no plan to show.');
    }
    const shape = await readShape(tx, { oid: link.relation });
    if (shape === null) throw new TandemError('table_not_found', tableGone(link));
    const trouble = planTrouble(link, shape);
    if (trouble !== null) throw new TandemError('wrong_state', trouble);
    const table = new TargetTable(shape, link);
    if (link.kind === 'replace') return replacePlan(tx, table);
    const staged = new Map<string, Cells>();
    for (const { key, cells } of await tx<{ key: string; cells: string }[]>`
      SELECT key, cells::text AS cells FROM tandem.plan_row WHERE link = ${link.id}::uuid`) {
      staged.set(key, JSON.parse(cells) as Cells);
    }
    const plan: PlanInfo = {
      complete: link.staged === 'complete',
      equal: 0,
      insertIntoTable: 0,
      insertIntoSheet: 0,
      different: 0,
      unusable: (link.lastScan?.blankKeys.length ?? 0) + (link.lastScan?.duplicates.length ?? 0),
      samples: [],
    };
    const taken: Record<Sample['sort'], number> = { insertIntoTable: 0, insertIntoSheet: 0, different: 0 };
    const add = (sort: Sample['sort'], key: string, sheet: Cells | null, shown: Cells | null, ids: string[]): void => {
      plan[sort]++;
      if (taken[sort]++ >= SAMPLES) return;
      const cells = ids.map((id) => ({
        header: table.header(id),
        sheet: cellOf(sheet, id),
        table: cellOf(shown, id),
      }));
      plan.samples.push({ key, sort, cells });
    };
    for await (const batch of allRows(tx, table, 2_000)) {
      for (const row of batch) {
        const key = table.canonicalKey(row.dbKey);
        if (key === null) {
          plan.unusable++;
          continue;
        }
        const sheet = staged.get(key);
        if (row.outside) {
          if (staged.delete(key)) plan.leaving = (plan.leaving ?? 0) + 1;
          continue;
        }
        if (sheet === undefined) {
          add('insertIntoSheet', key, null, table.cells(row.values), table.ids);
          continue;
        }
        staged.delete(key);
        const different = table.columns
          .filter(
            (column) => !column.key && !table.same(column, sheet[column.id] ?? null, row.values[column.id] ?? null),
          )
          .map((column) => column.id);
        if (different.length === 0) plan.equal++;
        else add('different', key, sheet, table.cells(row.values), different);
      }
    }
    plan.insertIntoTable += link.lastScan?.keyless?.length ?? 0;
    for (const [key, sheet] of staged) add('insertIntoTable', key, sheet, null, table.ids);
    return plan;
  });
}

const cellOf = (cells: Cells | null, id: string): Cell => cells?.[id] ?? null;

/** What a replace link would do: all that the table has goes, and the tab's rows come. */
async function replacePlan(tx: TransactionSql, table: TargetTable): Promise<PlanInfo> {
  const { link, shape } = table;
  const [counted] = await tx.unsafe<{ before: number }[]>(`SELECT count(*)::float8 AS before FROM ${shape.qualified}`);
  const staged = await tx<{ key: string; cells: string; total: number }[]>`
    SELECT key, cells::text AS cells, count(*) OVER ()::float8 AS total FROM tandem.plan_row
     WHERE link = ${link.id}::uuid ORDER BY key LIMIT ${SAMPLES}`;
  const { refused } = link.replaced ?? { refused: null };
  return {
    complete: link.staged === 'complete',
    equal: 0,
    insertIntoTable: staged[0]?.total ?? 0,
    insertIntoSheet: 0,
    different: 0,
    unusable: refused?.count ?? 0,
    replace: { before: counted!.before, refused: refused?.cells ?? [] },
    samples: staged.map(({ key, cells }) => {
      const sheet = JSON.parse(cells) as Cells;
      return {
        key: `row ${Number(key)}`,
        sort: 'insertIntoTable',
        cells: table.ids.map((id) => ({ header: table.header(id), sheet: cellOf(sheet, id), table: null })),
      };
    }),
  };
}
