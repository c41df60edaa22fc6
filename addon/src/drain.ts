import type { CycleMode, CycleReport } from '../../shared/cycle/cycle.ts';
import { RUN_BUDGET_MS } from '../../shared/limits.ts';
import type { Mapping } from '../../shared/mapping.ts';
import { listLinks } from './api.ts';
import { planWork } from './edit-marks.ts';
import { now } from './google/clock.ts';
import { newId } from './google/identity.ts';
import { renewRules } from './dress-tab.ts';
import { logError } from './google/log.ts';
import { releaseLock, tryLock } from './google/lock.ts';
import { clearProgress, setProgress } from './google/progress.ts';
import { documentProperties } from './google/properties.ts';
import { spreadsheetFacts } from './google/spreadsheet.ts';
import { Memory, type EditMark, type LinkRecord } from './memory.ts';
import { runLinkedTab, UNWATCHED_MS, WATCHED_MS, type Run } from './run-cycle.ts';
import { Sentence, sentenceFor } from './sentence.ts';

/** What became of each tab that was worked on, by tab id. The last cycle's report counts. */
export type DrainReport = Map<number, CycleReport>;

interface DrainOptions {
  /** For how long to wait for the lock. */
  waitMs: number;
  patienceMs: number;
}

/** Somebody waits for the answer. */
export const WATCHED: DrainOptions = { waitMs: 10_000, patienceMs: WATCHED_MS };

/** A trigger. */
export const UNWATCHED: DrainOptions = { waitMs: 0, patienceMs: UNWATCHED_MS };

/**
 * Does `mark` and everything that others left as hints while this run held the document lock. Null: another run holds
 * it, and will find the hint left here.
 *
 * No hint is left lying: who loses writes its hint and then tries the lock once more; who wins releases the lock and
 * then looks for hints once more. Whichever comes second sees the other.
 */
export function drain(mark: EditMark, { waitMs, patienceMs }: DrainOptions): DrainReport | null {
  const startedAt = now();
  let own: EditMark[] = [mark];
  if (!tryLock(waitMs)) {
    new Memory(documentProperties()).leaveMark(newId(), mark);
    if (!tryLock(0)) return null;
    own = [];
  }
  const report: DrainReport = new Map();
  let run: Run;
  do {
    try {
      run = { startedAt, memory: new Memory(documentProperties()), timeZone: spreadsheetFacts().timeZone, patienceMs };
      workOff(run, own, report);
      own = [];
    } finally {
      clearProgress();
      releaseLock();
    }
  } while (hasTime(startedAt) && run.memory.hasMarks() && tryLock(0));
  return report;
}

function hasTime(startedAt: number): boolean {
  return now() - startedAt < RUN_BUDGET_MS;
}

/** Takes hints and runs cycles until there are no more hints, or no more time: what is left then is left as a hint. */
function workOff(run: Run, own: readonly EditMark[], report: DrainReport): void {
  const { id: spreadsheet } = spreadsheetFacts();
  let marks = [...own, ...run.memory.takeMarks()];
  while (marks.length > 0) {
    // A link made in another spreadsheet came here with a copy: it is not this document's to sync.
    const links = run.memory.links().filter((link) => link.spreadsheet === spreadsheet);
    const sheets = links.map((link) => link.sheet);
    for (const { sheet, ranges } of planWork(marks, sheets)) {
      const modes: CycleMode[] = ranges?.map((range) => ({ kind: 'rows', ...range })) ?? [{ kind: 'full' }];
      for (const mode of modes) report.set(sheet, runOne(run, sheet, mode));
      if (report.get(sheet)!.outcome === 'more') run.memory.leaveMark(newId(), { sheet, rows: null });
    }
    if (!hasTime(run.startedAt)) return;
    marks = run.memory.takeMarks();
  }
}

/** One tab's trouble must not keep the others from syncing. */
function runOne(run: Run, sheet: number, mode: CycleMode): CycleReport {
  const link = run.memory.link(sheet)!;
  try {
    setProgress('Reading the sheet…');
    const mapping = run.memory.mapping(sheet) ?? recoverMapping(run.memory, link);
    const report = runLinkedTab(run, link, mapping, mode);
    if (report.choices !== undefined) renewRules(run.memory, link);
    return report;
  } catch (error) {
    const { code, message } = sentenceFor(error);
    if (code === 'unexpected') logError(error);
    return { outcome: 'failed', message, pushed: 0, cellsWritten: 0, refused: [], notices: [] };
  }
}

/** A torn or lost mapping is asked for again: the hub has it. */
function recoverMapping(memory: Memory, link: LinkRecord): Mapping {
  const found = listLinks(link.spreadsheet).links.find(({ id }) => id === link.id);
  if (!found)
    throw new Sentence('This tab’s link no longer exists on the server. Open the Tandem sidebar to link it again.');
  memory.rememberLink(found);
  return found.mapping;
}
