import type { CycleReport } from '../../shared/cycle/cycle.ts';
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

/** What an undo or a restore came to, as a sentence. */
export function tellUndone({ undone, already, refused }: Undone): string {
  const parts: string[] = [];
  if (undone > 0) parts.push(`${changes(undone)} taken back.`);
  if (already > 0) parts.push(`${already === 1 ? 'One was' : `${already} were`} so already.`);
  if (refused.length > 0) {
    const { key, column, reason } = refused[0]!;
    const where = column === null ? key : `${key}, ${column}`;
    const left = refused.length === 1 ? 'One is left as it is' : `${refused.length} are left as they are`;
    parts.push(`${left}: ${where === '' ? '' : `${where}: `}${reason}`);
  }
  return parts.length === 0 ? 'There was nothing to take back.' : parts.join(' ');
}

function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}
