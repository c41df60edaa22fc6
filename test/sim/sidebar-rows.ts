import type { Oracle } from './oracle.ts';
import type { Sidebar } from './sidebar.ts';
import type { World } from './world.ts';

/** What a person decides about rows. */
export const rowSidebarActs = [
  'rename',
  'separate',
  'oldKey',
  'removedRemove',
  'removedRestore',
  'undoRow',
  'removedMode',
  'missingMode',
] as const;
export type RowSidebarAct = (typeof rowSidebarActs)[number];

const REMOVED_MODES = ['remove', 'archive', 'mark', 'off'] as const;
const MISSING_MODES = ['confirm', 'automatic', 'off'] as const;

/** Answers whether anything came of it. */
export async function decideOnRows(
  sidebar: Sidebar,
  { sql, link, profile }: World,
  oracle: Oracle,
  { act, n, m }: { act: RowSidebarAct; n: number; m: number },
): Promise<boolean> {
  switch (act) {
    case 'rename':
    case 'separate':
    case 'oldKey': {
      const held = await sql<{ key: string; other: string }[]>`
        SELECT key, error->>'other' AS other FROM tandem."row"
         WHERE link = ${link.id}::uuid AND error->>'code' = 'renamed' AND absent_at IS NULL ORDER BY key`;
      // What was typed under one of the two keys goes on under the other.
      for (const one of held.flatMap(({ key, other }) => [key, other])) {
        oracle.taint(one);
        oracle.mixed.add(one);
      }
      const one = held[n % Math.max(1, held.length)];
      const decision = act === 'oldKey' ? 'undo' : act;
      // Of one pair, or of all there are.
      const body = one === undefined || m % 2 === 0 ? { decision } : { decision, keys: [one.key] };
      const answer = (await sidebar.ask('renames', body)) as { done: number; refused: { reason: string }[] } | null;
      for (const { reason } of answer?.refused ?? []) {
        if (!/^.{15,}[.]$/s.test(reason)) oracle.violations.push(`[R35] a rename was refused with "${reason}"`);
      }
      return (answer?.done ?? 0) > 0;
    }
    case 'removedRemove':
    case 'removedRestore': {
      const decision = act === 'removedRemove' ? 'remove' : 'restore';
      const answer = (await sidebar.ask('removed', { decision })) as { rows: number } | null;
      oracle.decided ||= decision === 'remove' && (answer?.rows ?? 0) > 0;
      return (answer?.rows ?? 0) > 0;
    }
    case 'undoRow': {
      const rows = await sql<{ key: string; since: number }[]>`
        SELECT key, max(id)::float8 AS since FROM tandem.journal WHERE link = ${link.id}::uuid GROUP BY key ORDER BY key`;
      const row = rows[n % Math.max(1, rows.length)];
      if (row === undefined) return false;
      return sidebar.putBack('undo', m % 2 === 0 ? { key: row.key } : row);
    }
    case 'removedMode':
      return sidebar.change({ removedMode: REMOVED_MODES[m % REMOVED_MODES.length] });
    case 'missingMode': {
      if (profile.soft) return false;
      const missingMode = MISSING_MODES[m % MISSING_MODES.length]!;
      oracle.mayDelete ||= missingMode === 'automatic';
      return sidebar.change({ missingMode });
    }
  }
}
