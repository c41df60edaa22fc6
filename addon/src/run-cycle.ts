import { runCycle, type CycleMode, type CycleReport } from '../../shared/cycle/cycle.ts';
import type { Effect, EffectName, EffectTable, Step } from '../../shared/cycle/effects.ts';
import { RUN_BUDGET_MS } from '../../shared/limits.ts';
import { appendArchive, readArchive } from './google/archive.ts';
import { now } from './google/clock.ts';
import { deleteRows } from './google/delete-rows.ts';
import { sendMessage } from './google/http.ts';
import { newId } from './google/identity.ts';
import { markCells, noteCells, TINT } from './google/marks.ts';
import { setProgress } from './google/progress.ts';
import { insertRows, readSheet } from './google/sheet.ts';
import { tagColumns } from './google/spreadsheet.ts';
import { putBack } from './google/put-back.ts';
import { writeBlocks } from './google/write-blocks.ts';
import type { LinkRecord, Memory } from './memory.ts';
import type { Mapping } from '../../shared/mapping.ts';

/** One entry into the script: its clock, and the document's memory and timezone, which its cycles share. */
export interface Run {
  startedAt: number;
  memory: Memory;
  timeZone: string;
  /**
   * For how long a message that fails is tried again, in milliseconds. A run that nobody waits for is not patient: its
   * minutes are counted (90 a day), and the next one is due soon.
   */
  patienceMs: number;
}

export const WATCHED_MS = 30_000;
export const UNWATCHED_MS = 5_000;

/** No message is tried again later than this into a run: what follows a late answer must still fit before Google ends it. */
const RETRY_UNTIL_MS = RUN_BUDGET_MS - 30_000;

/** Effects by name, each done with Google's services. */
type Host = { [Name in EffectName]: (request: EffectTable[Name]['request']) => EffectTable[Name]['result'] };

/** Runs one cycle of one linked tab. The caller holds the document lock. */
export function runLinkedTab(run: Run, link: LinkRecord, mapping: Mapping, mode: CycleMode): CycleReport {
  const dress = run.memory.dress(link.sheet);
  const options = { link, mapping, run: newId(), mode, budgetMs: RUN_BUDGET_MS };
  // Before its first sync a tab is dressed by whoever made it.
  const made = dress === null || dress.due ? options : { ...options, choices: dress.choices };
  return drive(runCycle(made), googleHost(run, link.sheet));
}

/** Carries a generator of effects through. Whatever a service throws ends the run as if it had been killed. */
export function drive<T>(steps: Step<T>, host: Host): T {
  let step = steps.next();
  while (!step.done) step = steps.next(perform(host, step.value));
  return step.value;
}

function perform(host: Host, effect: Effect): unknown {
  return (host[effect.do] as (request: Effect) => unknown)(effect);
}

function googleHost({ startedAt, memory, timeZone, patienceMs }: Run, sheet: number): Host {
  return {
    elapsed: () => now() - startedAt,
    recall: () => memory.memo(sheet),
    remember: ({ memo }) => memory.rememberMemo(sheet, memo),
    rememberMapping: ({ mapping }) => memory.rememberMapping(sheet, mapping),
    readSheet: ({ computed }) => ({ at: now(), ...readSheet(sheet, timeZone, computed) }),
    tagColumns: ({ tags }) => tagColumns(sheet, tags),
    send: ({ name, message }) => sendMessage(name, message, Math.min(startedAt + RETRY_UNTIL_MS, now() + patienceMs)),
    writeBlocks: ({ blocks, columns }) => writeBlocks(sheet, timeZone, blocks, columns),
    putBack: ({ cells, columns }) => putBack(sheet, timeZone, cells, columns),
    insertRows: ({ after, count }) => insertRows(sheet, after, count, TINT),
    deleteRows: ({ rows }) => deleteRows(sheet, timeZone, rows),
    readArchive: ({ title }) => readArchive(title, timeZone),
    appendArchive: (request) => appendArchive(request, timeZone),
    markCells: ({ marks, own }) => (own ? noteCells(sheet, marks, own) : markCells(sheet, marks)),
    progress: ({ text }) => setProgress(text),
  };
}
