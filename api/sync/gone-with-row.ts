import { isError, sameCell } from '../../shared/cell.ts';
import type { OfferResult } from '../../shared/protocol/offer.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { JournalEntry } from './journal.ts';
import type { StoredOffer } from './offer-store.ts';
import type { RowState } from './row-state.ts';

/**
 * What people typed in columns that are not synced, and that went with a row which the table deleted, or which left the
 * row filter: no push ever told of it. What both sides last agreed on there was the table's, too. To be asked before the
 * offer is settled.
 */
export function goneWithRow(
  { key, a, dbKey }: RowState,
  offer: StoredOffer,
  { cells }: OfferResult,
  columns: readonly StoredColumn[],
): JournalEntry[] {
  if (offer.kind !== 'delete') return [];
  return columns.flatMap(({ id, suspended }) => {
    const before = cells[id]?.outcome === 'applied' ? cells[id].readback : null;
    const agreed = a?.[id] ?? null;
    // An empty checkbox shows false.
    const isEmpty = before === null || (before === false && agreed === null);
    if (suspended === undefined || isEmpty || isError(before) || sameCell(before, agreed)) return [];
    const why = dbKey === null ? 'the table deleted' : 'left the row filter';
    const cause = `went with its row, which ${why} while this column was not synced`;
    return [{ op: 'lost' as const, side: 'sheet' as const, key, column: id, before, after: null, cause }];
  });
}
