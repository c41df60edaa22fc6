import { MESSAGE_MISSING, renamedAway } from './renames.ts';
import type { Work } from './work.ts';
import type { TargetTable } from './target-table.ts';

/** The scan that says a row is not there. */
export interface AbsenceOptions {
  scan: number;
  run: string;
  now: Date;
}

/**
 * The sheet has lost a row that the table still has, unchanged. The first complete scan that misses it is remembered; the
 * row counts as dealt with, so that later scans prove by their digests alone that it is still missing. A scan that is
 * not complete asserts nothing (I10).
 */
export function noteAbsence(work: Work, absence: AbsenceOptions | null, table: TargetTable): void {
  const { state } = work;
  if (absence === null) return;
  state.seen = null;
  state.absentScan ??= absence.scan;
  state.absentRun ??= absence.run;
  state.absentAt ??= absence.now.getTime();
  if (table.link.missingMode === 'off' && work.renamedTo === null && state.error?.code !== 'renamed') {
    state.status = 'ok';
    state.error = null;
    return;
  }
  state.status = 'held';
  if (work.renamedTo !== null) state.error = renamedAway(state.key, work.renamedTo);
  else if (state.error?.code !== 'renamed') state.error = { code: 'missing', message: MESSAGE_MISSING };
}
