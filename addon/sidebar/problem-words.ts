import type { ProblemKind } from '../../shared/protocol/problems.ts';
import type { AttentionRow } from '../src/rpc.ts';
import { count } from './text.ts';

/** The kinds in the order in which a person should look at them. */
export const KINDS: readonly ProblemKind[] = [
  'conflict',
  'missing',
  'removed',
  'renamed',
  'refused',
  'held',
  'unfinished',
];

/** `3 cells changed on both sides`. */
export function kindTitle(kind: ProblemKind, n: number): string {
  switch (kind) {
    case 'conflict':
      return `${count(n, 'row')} changed on both sides`;
    case 'missing':
      return `${count(n, 'row')} missing from the sheet`;
    case 'removed':
      return `${count(n, 'row')} deleted in the table at once`;
    case 'renamed':
      return `${count(n, 'key')} perhaps changed`;
    case 'refused':
      return `${count(n, 'row')} not accepted`;
    case 'held':
      return `${count(n, 'row')} held`;
    case 'unfinished':
      return `${count(n, 'new row')} not complete yet`;
  }
}

/** Short names, for the filter. */
export const KIND_NAMES: Record<ProblemKind, string> = {
  conflict: 'Changed on both sides',
  missing: 'Missing',
  removed: 'Deleted in the table',
  renamed: 'Key changed',
  refused: 'Not accepted',
  held: 'Held',
  unfinished: 'Not complete',
};

/** What a person may choose for a row. */
export type Choice = 'keep' | 'missing' | 'rename' | 'retry' | 'putBack' | 'restore' | 'none';

/** Codes of rows that change by themselves, or on the sheet, and by no button. */
const NO_BUTTON: ReadonlySet<string> = new Set([
  'outside',
  'waiting',
  'locked',
  'ambiguous_key',
  'incomplete',
  'error_value',
  'read_only',
]);

export function choiceFor({ kind, code }: Pick<AttentionRow, 'kind' | 'code'>): Choice {
  if (kind === 'missing') return 'missing';
  if (kind === 'renamed') return 'rename';
  if (kind === 'conflict') return 'keep';
  if (code === 'deleted_in_table') return 'putBack';
  if (code === 'marked' || code === 'kept') return 'restore';
  // Decided for all of them at once.
  return kind === 'removed' || kind === 'unfinished' || NO_BUTTON.has(code) ? 'none' : 'retry';
}

/** Sentences of a row: each cell's reason once, the row's own first; of a conflict the values say enough. */
export function reasonsOf(row: AttentionRow): { cell: string | null; header: string | null; message: string }[] {
  const told = row.cells.filter(({ code }) => code !== 'conflict');
  const reasons = told.map(({ cell, header, message }) => ({ cell, header, message }));
  const known = reasons.some(({ message }) => message === row.message);
  if (!known && row.kind !== 'conflict') {
    return [{ cell: row.cell, header: row.column, message: row.message }, ...reasons];
  }
  return reasons;
}
