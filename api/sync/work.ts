import type { Cells } from '../../shared/cell.ts';
import type { RowResult } from '../../shared/protocol/push.ts';
import type { JournalEntry } from './journal.ts';
import type { Rename } from './renames.ts';
import type { RowMark, RowState } from './row-state.ts';
import type { TableRow } from './target-table.ts';

/** One row while it is being reconciled: both sides, the bookkeeping, and what is to be done. */
export interface Work {
  state: RowState;
  /** The sheet's row; null: the sheet has no such row. */
  sheet: Cells | null;
  /** The sheet's side was pushed, or asserted missing, in this message; else it is taken from the bookkeeping. */
  fresh: boolean;
  /** The sheet's row is exactly what was dealt with before. */
  unchanged: boolean;
  table: TableRow | null;
  /** When the table's row was last changed, in milliseconds since 1970 on the database's clock; null: not known. */
  changedAt: number | null;
  /** Columns to update, or a whole row to insert (texts by column id). */
  write: { kind: 'update' | 'insert'; dbKey: string[]; values: Record<string, string | null> } | null;
  /** Columns whose sheet value overwrites a change of the table's own, which is journaled with the write. */
  overruled: Set<string>;
  /** What the table refused in this message: not tried again in it. */
  refusedBy: Map<string, { code: string; message: string }>;
  /** The whole row was refused: code and message, and the column to mark. */
  rowRefusal: { code: string; message: string; column?: string; quiet?: boolean } | null;
  /** Columns written to the table in this message. */
  written: Set<string>;
  /** The table deleted the row, and nobody edited it here. */
  removed: boolean;
  /** The table had the row when it was last looked at. */
  vanished: boolean;
  /** What cells of the row were refused for before this message. */
  refusedBefore: RowState['refused'] | null;
  /** The new row is perhaps an old one whose key was edited; see renames.ts. */
  rename: Rename | 'wait' | null;
  /** The missing row is perhaps the one that stands under this key now. */
  renamedTo: string | null;
  /** Marks of a row that the sheet does not have any more: cells that came under another key may carry them still. */
  left: Record<string, RowMark>;
  /** What to offer the sheet. */
  offer:
    | { kind: 'update'; columns: string[] }
    | { kind: 'insert' }
    | { kind: 'delete' }
    | { kind: 'rekey'; cells: Cells }
    | null;
  /** A refusal that another row's change may heal. */
  mayHeal: boolean;
  /** Sheet values that gave way to the table's, by column: told to the host as a conflict. */
  lost: string[];
  journal: JournalEntry[];
  /** Result to answer in place of the one the state implies. */
  result: RowResult | null;
  /** One of several copies: the offer shows the whole row. */
  original: boolean;
  /** Show the table's form where it differs from what was typed. */
  writeBack: boolean;
}

export function newWork(state: RowState, sheet: Cells | null, fresh: boolean, unchanged: boolean): Work {
  return {
    state,
    sheet,
    fresh,
    unchanged,
    table: null,
    changedAt: null,
    write: null,
    overruled: new Set(),
    refusedBy: new Map(),
    rowRefusal: null,
    written: new Set(),
    removed: false,
    vanished: false,
    refusedBefore: null,
    rename: null,
    renamedTo: null,
    left: {},
    offer: null,
    mayHeal: false,
    lost: [],
    journal: [],
    result: null,
    original: false,
    writeBack: false,
  };
}
