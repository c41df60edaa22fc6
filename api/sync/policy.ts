import type { ISql, Sql } from 'postgres';
import type { LinkSettings } from '../../shared/protocol/links.ts';

/** Which side stays where both changed the same cell: one of them always, the later edit, or whichever a person says. */
export type Policy = LinkSettings['policy'];

export type Winner = 'table' | 'sheet' | 'ask';

/** When a cell of the sheet was edited, as far as it is known: after one instant and not after the other. */
export interface EditInterval {
  /** Milliseconds since 1970 on the database's clock; -Infinity where no earlier scan proves anything. */
  after: number;
  until: number;
}

/**
 * How long before its message a scan may have read the sheet. An interval that is too wide only falls back to the fixed
 * policy; one that is too narrow would choose wrongly.
 */
const SCAN_SLACK_MS = 60_000;

/** Until when the sheet surely showed nothing but what was dealt with, given when its last quiet scan arrived. */
export function provenUntil(scannedAt: number | null): number {
  return scannedAt === null ? -Infinity : scannedAt - SCAN_SLACK_MS;
}

/** Now on the clock that captured changes carry, in milliseconds since 1970. */
export async function databaseNow(tx: Sql | ISql): Promise<number> {
  const [row] = await tx<{ now: number }[]>`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`;
  return row!.now;
}

/**
 * Resolves a policy to a winner. *Latest* needs proof: the table's change lies wholly before or after the interval in
 * which the sheet was edited. Where they overlap, or either is unknown, the link's fixed policy decides; the table, where
 * that is itself *latest*.
 */
export function resolveWinner(
  policy: Policy,
  link: Policy,
  edited: EditInterval | null,
  changedAt: number | null,
): Winner {
  if (policy !== 'latest') return policy;
  if (edited !== null && changedAt !== null) {
    if (changedAt > edited.until) return 'table';
    if (changedAt <= edited.after) return 'sheet';
  }
  return link === 'latest' ? 'table' : link;
}
