import type { SimStep } from './schedule.ts';

export interface Regression {
  /** What once went wrong, and from which seed it was shrunk. */
  name: string;
  rule: string;
  steps: SimStep[];
}

/** Schedules that once failed, shrunk to what it took. */
export const regressions: Regression[] = [
  {
    name: 'a row made on both sides under one key before any sync is merged (seed 45)',
    rule: '[I6]',
    steps: [
      { do: 'application', act: 'insert', n: 166954, m: 196501 },
      { do: 'start' },
      { do: 'finish' },
      { do: 'person', act: 'addRow', n: 504666, m: 166952 },
      { do: 'person', act: 'addRow', n: 145138, m: 322709 },
      { do: 'application', act: 'upsert', n: 96830, m: 567205 },
    ],
  },
];
