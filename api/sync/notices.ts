import type { ISql, Sql } from 'postgres';
import type { Caller } from '../context.ts';
import { TOLD_BLANK_KEYS } from '../../shared/limits.ts';
import type { Notice } from '../../shared/protocol/notice.ts';
import { showKey } from '../../shared/row-key.ts';
import type { LinkRecord } from '../links/link-record.ts';

const plural = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`);

export interface Counts {
  rejected: number;
  /** Those of `conflicts` among them. */
  held: number;
  /** Rows with cells that a person is asked about. */
  conflicts: number;
  missing: number;
  /** Gone from the table, too many at once: a person is asked. */
  removed: number;
  /** Rows whose key was edited: a person is asked what was meant. */
  renamed: number;
}

/** Rows of a link that need a person, by why. */
export async function countProblems(sql: Sql | ISql, link: string): Promise<Counts> {
  const rows = await sql<{ status: string; code: string; count: number }[]>`
    SELECT status, CASE WHEN error->>'code' = 'renamed' AND absent_at IS NOT NULL THEN 'former'
                        WHEN error->>'code' IN ('missing', 'removed', 'renamed') THEN error->>'code' ELSE '' END AS code,
           count(*)::float8 AS count
      FROM tandem."row" WHERE link = ${link}::uuid AND status <> 'ok' AND coalesce(error->>'code', '') NOT IN ('incomplete', 'waiting')
     GROUP BY 1, 2`;
  const counts: Counts = { rejected: 0, held: 0, conflicts: 0, missing: 0, removed: 0, renamed: 0 };
  for (const { status, code, count } of rows) {
    // The other half of an edited key: told with it.
    if (code === 'former') continue;
    if (code === 'missing' || code === 'removed' || code === 'renamed') counts[code] += count;
    else if (status === 'rejected') counts.rejected += count;
    else if (status === 'held' || status === 'conflict') counts.held += count;
    if (status === 'conflict') counts.conflicts += count;
  }
  return counts;
}

/** Why the tab of a replace link has not taken the place of the table's contents. */
function replaceNotices({ replaced, table }: LinkRecord): Notice[] {
  if (!replaced) return [];
  const { refused, asks, confirmed } = replaced;
  if (refused !== null) {
    const [first] = refused.cells;
    const place = first && first.row > 1 ? ` in row ${first.row}` : '';
    const message = `Nothing was replaced: ${plural(refused.count, 'cell does', 'cells do')} not fit the table, such as${place}: ${first?.message ?? ''}`;
    return [{ code: 'replace_refused', message, count: refused.count }];
  }
  if (asks === null || confirmed === asks.digest) return [];
  const message = `Nothing was replaced: this tab has ${plural(asks.rows, 'row', 'rows')}, and the table "${table}" has ${asks.before}. Replace it all the same?`;
  return [{ code: 'replace_shrunk', message, count: asks.before - asks.rows }];
}

/** What a person should know about the link, most urgent first. */
export async function readNotices(sql: Sql | ISql, link: LinkRecord, caller?: Caller): Promise<Notice[]> {
  const notices: Notice[] = [];
  if (link.state === 'paused') notices.push({ code: 'paused', message: link.pausedReason ?? 'The sync is paused.' });
  if (link.state === 'preview') {
    notices.push({ code: 'preview', message: 'Nothing is written yet. Look at the plan, then start the sync.' });
  }
  if (link.firstSyncWinner !== null && link.state !== 'paused') {
    notices.push({
      code: 'first_sync_running',
      message: 'The first sync is still under way. It goes on with the next run.',
    });
  }
  const { rejected, held, missing, removed, renamed } = await countProblems(sql, link.id);
  if (missing > 0) {
    notices.push({
      code: 'rows_missing',
      message: `${plural(missing, 'row is', 'rows are')} missing from the sheet: restore ${missing === 1 ? 'it' : 'them'} or delete ${missing === 1 ? 'it' : 'them'} in the table too?`,
      count: missing,
    });
  }
  if (removed > 0) {
    const [them, are] = removed === 1 ? ['it', 'was'] : ['them', 'were'];
    notices.push({
      code: 'rows_removed',
      message: `${plural(removed, 'row', 'rows')} ${are} deleted in the table: delete ${them} here too, or put ${them} back there?`,
      count: removed,
    });
  }
  if (renamed > 0) {
    notices.push({
      code: 'rows_renamed',
      message: `The key of ${plural(renamed, 'row', 'rows')} was changed: rename ${renamed === 1 ? 'it' : 'them'} in the table too, or was a new row meant?`,
      count: renamed,
    });
  }
  if (rejected > 0) {
    notices.push({
      code: 'rows_rejected',
      message: `The table refused ${plural(rejected, 'row', 'rows')}. The notes on the cells say why.`,
      count: rejected,
    });
  }
  if (held > 0)
    notices.push({
      code: 'rows_held',
      message: `${plural(held, 'row waits', 'rows wait')} for a person.`,
      count: held,
    });
  notices.push(...replaceNotices(link));
  const { duplicates = [], blankKeys = [] } = link.lastScan ?? {};
  if (duplicates.length > 0) {
    const first = duplicates[0]!;
    const rows = `rows ${first.rows.slice(0, 5).join(', ')}`;
    const kept = duplicates.filter(({ original }) => original !== null);
    const synced =
      kept.length === 0
        ? 'These rows are not synced until each key is unique.'
        : `Only the row that was there before is synced${kept.length < duplicates.length ? ', where that can be told' : ` (row ${kept[0]!.original})`}; give the others keys of their own.`;
    notices.push({
      code: 'duplicate_keys',
      message: `${plural(duplicates.length, 'key stands', 'keys stand')} more than once, such as "${showKey(first.key)}" in ${rows}. ${synced}`,
      count: duplicates.length,
    });
  }
  if (blankKeys.length > 0) {
    const { row, reason } = blankKeys[0]!;
    notices.push({
      code: 'rows_without_key',
      // A scan names no more of them: there may be any number.
      message: `${blankKeys.length < TOLD_BLANK_KEYS ? '' : 'At least '}${plural(blankKeys.length, 'row has', 'rows have')} no usable key, such as row ${row}: ${reason}. Fill in the key to sync ${blankKeys.length === 1 ? 'it' : 'them'}.`,
      count: blankKeys.length,
    });
  }
  // Once is a run that died, or a row that was edited meanwhile; unless Sheets has said why.
  const { unkeyed } = link.lastScan ?? {};
  const keyless = (link.lastScan?.keyless ?? []).filter(({ tried }) => tried > (unkeyed === undefined ? 1 : 0)).length;
  if (keyless > 0) {
    const why =
      unkeyed === undefined
        ? 'It is tried again by itself. If that does not help, see whether the key column is protected, or type a key.'
        : `${unkeyed}. It is tried again by itself once in a while; or type a key.`;
    notices.push({
      code: 'rows_without_key',
      message: `${plural(keyless, 'row waits', 'rows wait')} for a key that the table makes, and so far it could not be written into the sheet. ${why}`,
      count: keyless,
    });
  }
  for (const { suspended } of link.columns) {
    if (suspended !== undefined) notices.push({ code: 'column_suspended', message: suspended });
  }
  notices.push(...columnNotices(link, caller?.admin ?? false));
  return notices;
}

const listed = (names: readonly string[]): string =>
  names
    .slice(0, 4)
    .map((name) => `"${name}"`)
    .join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');

/** Columns of the table that are not synced, where a person should know; new ones, where an admin looks. */
function columnNotices({ registry, table }: LinkRecord, admin: boolean): Notice[] {
  const notices: Notice[] = [];
  const { unmapped = [], leftAttnums = [] } = registry ?? {};
  const blocking = unmapped.filter((column) => column.blocking);
  if (blocking.length > 0) {
    notices.push({
      code: 'table_needs_attention',
      message: `The table "${table}" requires ${listed(blocking.map(({ name }) => name))}, which the sheet does not have, so new rows of the sheet can't be added to it. Link ${blocking.length === 1 ? 'it' : 'them'} under Columns in the sidebar, or give ${blocking.length === 1 ? 'it a default' : 'them defaults'} in the database.`,
    });
  }
  const fresh = unmapped.filter((column) => !column.blocking && !leftAttnums.includes(column.attnum));
  if (admin && fresh.length > 0) {
    notices.push({
      code: 'new_columns',
      message: `The table has ${fresh.length === 1 ? 'a new column' : 'new columns'}: ${listed(fresh.map(({ name }) => name))}. Link ${fresh.length === 1 ? 'it' : 'them'} or leave ${fresh.length === 1 ? 'it' : 'them'} out under Columns in the sidebar.`,
      count: fresh.length,
    });
  }
  return notices;
}
