import type { ApplicationAct, PersonAct, SimStep } from './schedule.ts';

/** Edits that are cells and rows written, and nothing else. */
const EDITS: ReadonlySet<PersonAct | ApplicationAct> = new Set([
  'type',
  'clear',
  'addRow',
  'typeSame',
  'update',
  'updateMany',
  'insert',
  'upsert',
  'backAndForth',
]);

const STEPS: ReadonlySet<SimStep['do']> = new Set([
  'setup',
  'person',
  'application',
  'start',
  'step',
  'finish',
  'clock',
]);

/** What is left of a schedule without faults, and with nothing that counts as more or less than an edit. */
export function calmed(steps: readonly SimStep[]): SimStep[] {
  return steps.flatMap((step): SimStep[] => {
    if (step.do === 'setup') {
      const { do: name, policy, missingMode } = step;
      return [{ do: name, policy, missingMode, profile: 'plain', fewValues: false, capitals: false, firstSync: null }];
    }
    return isCalm(step) ? [step] : [];
  });
}

/** Whether k outside edits may be counted, and so what follows from them (I8). */
export function isCalm(step: SimStep): boolean {
  if (step.do === 'setup') return step.profile === 'plain' && !step.fewValues && !step.capitals && !step.firstSync;
  return STEPS.has(step.do) && (!('act' in step) || (EDITS as ReadonlySet<string>).has(step.act));
}
