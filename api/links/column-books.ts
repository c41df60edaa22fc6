import type { TransactionSql } from 'postgres';
import { loadRows, saveRows, type RowState } from '../sync/row-state.ts';

const BATCH = 2_000;

/** Every row's bookkeeping of a link, in batches, saved again where `change` says that it did something. */
async function changeRows(
  tx: TransactionSql,
  link: string,
  now: Date,
  change: (state: RowState) => boolean,
): Promise<void> {
  let after = '';
  for (;;) {
    const keys = await tx<{ key: string }[]>`
      SELECT key FROM tandem."row" WHERE link = ${link}::uuid AND key > ${after} ORDER BY key LIMIT ${BATCH}`;
    if (keys.length === 0) return;
    after = keys.at(-1)!.key;
    const states = await loadRows(
      tx,
      link,
      keys.map(({ key }) => key),
    );
    await saveRows(tx, link, [...states.values()].filter(change), now);
  }
}

/**
 * Columns that were not synced so far count as empty on both sides until now: A and B are NULL. So a value on one side
 * alone travels, equal ones agree, and where both differ the link's policy decides and journals the other.
 */
export async function takeUpColumns(
  tx: TransactionSql,
  link: string,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  await changeRows(tx, link, now, ({ a, b }) => {
    if (a === null || b === null) return false;
    for (const id of ids) a[id] = b[id] = null;
    return true;
  });
}

/** Columns that are no longer synced leave no trace in the books: no refusal, no held value, no note that is due. */
export async function forgetColumns(
  tx: TransactionSql,
  link: string,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  await changeRows(tx, link, now, (state) => {
    // A row that only such a column kept out may have its turn now.
    const freed = ids.some((id) => state.refused[id] !== undefined);
    for (const id of ids) {
      delete state.a?.[id];
      delete state.b?.[id];
      delete state.refused[id];
      delete state.blocked[id];
      delete state.marks[id];
    }
    if (freed) state.retryAt = now.getTime();
    if (state.error?.column !== undefined && ids.includes(state.error.column)) {
      state.error = null;
      state.status = 'ok';
    }
    return true;
  });
}

/**
 * What the table has in these columns is news to the sheet: B is unknown, so it is offered wherever the sheet shows
 * something else. What the sheet has was brought to the table before, or is an edit like any other.
 */
export async function forgetTableSide(
  tx: TransactionSql,
  link: string,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  await changeRows(tx, link, now, ({ b, blocked }) => {
    for (const id of ids) {
      delete b?.[id];
      delete blocked[id];
    }
    return b !== null;
  });
}
