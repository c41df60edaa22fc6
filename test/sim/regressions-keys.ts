import type { Regression } from './regressions.ts';

/** Schedules about keys that are edited, made by the table or broken, that once violated a rule. */
export const keyRegressions: Regression[] = [
  {
    name: 'a row that the table changes while its key is edited is not put back beside the edited one (seed 810512)',
    rule: '[R35]',
    steps: [],
  },
];
