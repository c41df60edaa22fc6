import type { CycleReport } from '../../shared/cycle/cycle.ts';
import { showKey } from '../../shared/row-key.ts';
import type { RemovedRequest, RenamesRequest } from '../../shared/protocol/links.ts';
import type { RenamesSettled, Undone } from './api.ts';
import type { TabState } from './tab-state.ts';

const NOTHING_NEW = 'Nothing new on either side.';
const DECIDED_ALREADY = 'Nothing was left to decide there: look again.';

/** What was done and how the sync after it went. That the sync itself found nothing new is no news then. */
export function together(said: readonly string[]): string {
  const told = said.filter((text) => text !== '');
  const news = told.filter((text) => text !== NOTHING_NEW);
  return (news.length > 0 ? news : told).join(' ');
}

/** What a finished run has to say to a person. Null: another run held the lock and takes this one's work along. */
export function summarise(report: CycleReport | null): string {
  const stopped = report?.notices.find(({ code }) => code === 'replace_refused' || code === 'replace_shrunk');
  if (stopped !== undefined && report?.outcome === 'done') return stopped.message;
  if (report === null) return 'A sync is already running; it takes your latest changes along.';
  switch (report.outcome) {
    case 'failed':
      return report.message ?? 'The sync did not get through. It will try again by itself.';
    case 'paused':
      return report.message ?? 'This link is paused.';
    case 'more':
      return `${counted(report)} There is more to do; it goes on with the next run.`;
    case 'done':
      return report.refused.length === 0
        ? counted(report)
        : `${counted(report)} ${rows(report.refused.length)} not accepted: the cells concerned carry a note.`;
  }
}

/** How far a first sync came; a tab that replaces its table has none. */
export function tellStarted(state: TabState): string {
  if (state.kind !== 'linked' || state.link.replaces || state.link.state !== 'active') return '';
  if (state.notices.some(({ code }) => code === 'first_sync_running')) {
    return 'The first sync is under way; it goes on by itself until it is done.';
  }
  return 'The first sync is done.';
}

/** The report a person should hear of first. */
export function worst(reports: readonly CycleReport[]): Pick<CycleReport, 'outcome' | 'message'> {
  const order = ['failed', 'paused', 'more', 'done'] as const;
  for (const outcome of order) {
    const found = reports.find((report) => report.outcome === outcome);
    if (found) return found;
  }
  return { outcome: 'done' };
}

function counted({ pushed, cellsWritten }: CycleReport): string {
  if (pushed === 0 && cellsWritten === 0) return NOTHING_NEW;
  const parts: string[] = [];
  if (pushed > 0) parts.push(`${rows(pushed)} sent to the table`);
  if (cellsWritten > 0) parts.push(`${cellsWritten} ${cellsWritten === 1 ? 'cell' : 'cells'} updated in the sheet`);
  return `${parts.join(', ')}.`;
}

function rows(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}

/** What an undo came to, as a sentence. */
export function tellUndone({ undone, already, refused, left: untried }: Undone): string {
  const parts: string[] = [];
  if (undone > 0) parts.push(`${undone === 1 ? '1 change' : `${undone} changes`} taken back.`);
  if (already > 0) parts.push(`${already === 1 ? 'One was' : `${already} were`} so already.`);
  if (untried > 0) {
    parts.push(`${untried === 1 ? '1 more was' : `${untried} more were`} not tried yet: choose Undo again to go on.`);
  }
  return sentences([...parts, ...left(refused)], 'There was nothing to take back.');
}

/** What bringing deleted rows back came to. */
export function tellRestored({ undone, refused, left: untried }: Undone): string {
  const parts = undone > 0 ? [`${rows(undone)} put back into the table.`] : [];
  if (untried > 0)
    parts.push(`${rows(untried)} ${untried === 1 ? 'was' : 'were'} not tried yet: choose Restore again to go on.`);
  return sentences([...parts, ...left(refused)], 'There was nothing to restore.');
}

/** What a person's word on changed keys came to. */
export function tellRenamed({ done, refused }: RenamesSettled, decision: RenamesRequest['decision']): string {
  if (done === 0 && refused.length === 0) return DECIDED_ALREADY;
  const told: Record<RenamesRequest['decision'], string> = {
    rename: `${rows(done)} renamed in the table.`,
    separate: `${rows(done)} taken as new.`,
    undo: done === 1 ? '1 old key comes back.' : `${done} old keys come back.`,
  };
  return [...(done > 0 ? [told[decision]] : []), ...left(refused.map((one) => ({ ...one, column: null })))].join(' ');
}

/** What a person's word on missing rows came to. */
export function tellMissing({ deleted, restored }: { deleted: number; restored: number }): string {
  if (deleted === 0)
    return restored === 0
      ? DECIDED_ALREADY
      : `${rows(restored)} ${restored === 1 ? 'comes' : 'come'} back to the sheet.`;
  const parts = [`${rows(deleted)} deleted from the table.`];
  if (restored > 0) parts.push(`${rows(restored)} changed in the table meanwhile and kept.`);
  return parts.join(' ');
}

/** What a person's word on rows that the table deleted came to. */
export function tellRemoved({ rows: count }: { rows: number }, decision: RemovedRequest['decision']): string {
  if (count === 0) return DECIDED_ALREADY;
  return `${rows(count)} ${count === 1 ? 'goes' : 'go'} ${decision === 'restore' ? 'back into the table' : 'from the sheet'}.`;
}

/** What a person's word on conflicts came to. */
export function tellDecided({ cells }: { cells: number }, keep: 'sheet' | 'table'): string {
  if (cells === 0) return DECIDED_ALREADY;
  return `${cells === 1 ? '1 value' : `${cells} values`} decided: the ${keep}’s ${cells === 1 ? 'stays' : 'stay'}.`;
}

/** Rows that were tried again, and how many the table still does not take. */
export function tellRetried({ rows: count }: { rows: number }, rejected: number): string {
  if (count === 0) return DECIDED_ALREADY;
  const still = rejected === 0 ? '' : ` ${rows(rejected)} still not accepted.`;
  return `${rows(count)} tried again.${still}`;
}

/** What was left as it is, and why: the first one's reason stands for all. */
function left(refused: readonly { key: string; column: string | null; reason: string }[]): string[] {
  if (refused.length === 0) return [];
  const { key, column, reason } = refused[0]!;
  const where = column === null ? showKey(key) : `${showKey(key)}, ${column}`;
  const said = refused.length === 1 ? 'One is left as it is' : `${refused.length} are left as they are`;
  return [`${said}: ${where === '' ? '' : `${where}: `}${reason}`];
}

function sentences(parts: readonly string[], none: string): string {
  return parts.length === 0 ? none : parts.join(' ');
}
