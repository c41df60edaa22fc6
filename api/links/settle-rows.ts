import type { MissingRequest } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { deleteInTable, restoreToSheet } from '../sync/delete-missing.ts';
import { addDirty } from '../sync/dirty.ts';
import { loadAbsentRows, loadRows, saveRows, type RowState } from '../sync/row-state.ts';
import { onLink, refuseMore } from './on-link.ts';
import { reclaimRows } from './reclaim-rows.ts';

/**
 * A person's word on the rows that vanished from the sheet, all or those named: put them back, or delete them in the
 * table too. A row that was edited in the table since is put back either way.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function decideMissing({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & MissingRequest;
}): Promise<{ restored: number; deleted: number }> {
  return onLink(ctx, input.link, 'missing', async (message) => {
    const { tx, link, now } = message;
    const { keys } = input;
    // Edited keys have a word of their own: settle-renames.ts.
    const absent = (await loadAbsentRows(tx, link.id)).filter(
      ({ key, error }) => error?.code !== 'renamed' && (keys === undefined || keys.includes(key)),
    );
    refuseMore(absent.filter(({ error }) => error?.code === 'missing').length, input.atMost, 'are missing');
    if (input.decision === 'delete') {
      const { deleted, kept } = await deleteInTable(message, absent, `deleted in the sheet, confirmed by a person`);
      return { restored: kept, deleted };
    }
    restoreToSheet(absent);
    await saveRows(tx, link.id, absent, now);
    await addDirty(
      tx,
      link.id,
      absent.map((state) => ({ key: state.key, dbKey: state.dbKey ?? [] })),
    );
    return { restored: absent.length, deleted: 0 };
  });
}

/** Rows of these wait for a person's word on just them, which a try of all rows is not. */
const GONE = ['deleted_in_table', 'soft_deleted', 'removed'];

/**
 * Tries refused and held rows again with the next sync: all, or those named. Values the sheet refused are offered once
 * more. Of a row that is named it is a decision, too: one that was deleted in the table goes back there, and a value that
 * may be another row's is kept.
 */
export async function retryRows({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; keys?: string[] | undefined };
}): Promise<{ rows: number }> {
  return onLink(ctx, input.link, 'retry', async (message) => {
    const { tx, link, now } = message;
    if (link.kind === 'replace') {
      if (link.replaced?.refused) link.replaced.refused.again = 0;
      return { rows: 0 };
    }
    const rows = await tx<{ key: string }[]>`
      SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND status IN ('rejected', 'held', 'conflict')
         AND absent_at IS NULL
       ${input.keys ? tx`AND key IN (SELECT json_array_elements_text(${JSON.stringify(input.keys)}::text::json))` : tx``}
       ORDER BY key LIMIT 10000`;
    const states = [
      ...(
        await loadRows(
          tx,
          link.id,
          rows.map(({ key }) => key),
        )
      ).values(),
    ];
    const isGone = ({ error }: RowState) => GONE.includes(error?.code ?? '');
    const due = input.keys ? states.filter(isGone) : [];
    const { left } = await reclaimRows(message, due);
    const tried = states.filter((state) => !left.has(state.key) && (input.keys !== undefined || !isGone(state)));
    for (const state of tried) {
      // Only a due form brings the table's value once more where neither side has changed since.
      const { b } = state;
      const forms = Object.entries(state.blocked).some(([id, { value }]) => b !== null && id in b && b[id] === value);
      if (forms) state.writeBack = 'due';
      state.blocked = {};
      for (const refusal of Object.values(state.refused)) {
        if (input.keys && refusal.code === 'misplaced') refusal.wanted = true;
      }
      state.retryAt = now.getTime();
      state.attempts = Math.max(1, state.attempts);
    }
    await saveRows(tx, link.id, tried, now);
    await addDirty(
      tx,
      link.id,
      tried.map((state) => ({ key: state.key, dbKey: state.dbKey ?? [] })),
    );
    return { rows: tried.length };
  });
}
