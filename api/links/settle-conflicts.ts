import { cellHash } from '../../shared/digest.ts';
import type { Context } from '../context.ts';
import { addDirty } from '../sync/dirty.ts';
import { loadRows, saveRows } from '../sync/row-state.ts';
import { onLink } from './on-link.ts';

/**
 * A person's word on cells that both sides changed: which value stays. It holds for the pair of values that stood there
 * when it was given: where either side has changed since, the person is asked again. It is carried out by the next sync;
 * the value that gives way goes to the journal.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function decideConflicts({
  ctx,
  input,
}: {
  ctx: Context;
  input: {
    link: string;
    keep: 'sheet' | 'table';
    keys?: string[] | undefined;
    column?: string | undefined;
    /** Hashes of the pair that the person saw, as the sheet shows both: another pair by now is not decided. */
    seen?: { sheet: string; table: string } | undefined;
  };
}): Promise<{ cells: number }> {
  return onLink(ctx, input.link, 'conflicts', async ({ tx, link, table, now }) => {
    const rows = await tx<{ key: string }[]>`
      SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND status IN ('conflict', 'rejected', 'held')
         AND refused::text LIKE '%"conflict"%'
       ${input.keys ? tx`AND key IN (SELECT json_array_elements_text(${JSON.stringify(input.keys)}::text::json))` : tx``}
       ORDER BY key LIMIT 10000`;
    const states = await loadRows(
      tx,
      link.id,
      rows.map(({ key }) => key),
    );
    let cells = 0;
    for (const state of states.values()) {
      for (const [column, refusal] of Object.entries(state.refused)) {
        if (refusal.code !== 'conflict' || (input.column !== undefined && input.column !== column)) continue;
        const shown = table?.column(column);
        if (input.seen && shown) {
          const { sheet, table: other } = input.seen;
          if (cellHash(refusal.cell) !== sheet) continue;
          if (cellHash(table!.show(shown, refusal.table ?? null)) !== other) continue;
        }
        refusal.decided = input.keep;
        cells++;
      }
    }
    const decided = [...states.values()].filter(({ refused }) =>
      Object.values(refused).some((refusal) => refusal.decided !== undefined),
    );
    await saveRows(tx, link.id, decided, now);
    await addDirty(
      tx,
      link.id,
      decided.map((state) => ({ key: state.key, dbKey: state.dbKey ?? [] })),
    );
    return { cells };
  });
}
