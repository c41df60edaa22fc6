import type { CycleReport } from '../../shared/cycle/cycle.ts';
import { showKey } from '../../shared/row-key.ts';
import type { Undone } from './api.ts';

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
  if (pushed === 0 && cellsWritten === 0) return 'Nothing new on either side.';
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
export function tellRenamed({ refused }: { refused: { key: string; reason: string }[] }): string {
  return left(refused.map((one) => ({ ...one, column: null }))).join(' ');
}

/** What a person's word on missing rows came to. */
export function tellMissing({ deleted, restored }: { deleted: number; restored: number }): string {
  const parts: string[] = [];
  if (deleted > 0) parts.push(`${rows(deleted)} deleted from the table.`);
  if (restored > 0 && deleted > 0) parts.push(`${rows(restored)} changed in the table meanwhile and kept.`);
  return parts.join(' ');
}

/** What a person's word on conflicts came to. */
export function tellDecided({ cells }: { cells: number }): string {
  return cells === 0 ? 'Nothing was left to decide there: look again.' : '';
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
