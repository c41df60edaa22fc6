import type { Regression } from './regressions.ts';

/** Schedules about keys that are edited, made by the table or broken, that once violated a rule. */
export const keyRegressions: Regression[] = [
  {
    name: 'a row that the table changes while its key is edited is not put back beside the edited one (seed 810512)',
    rule: '[R35]',
    steps: [],
  },
  {
    name: 'what a run that died wrote of a new row before its key is held, and made no row of its own (beside seed 810634)',
    rule: '[I3]',
    steps: [
      {
        do: 'setup',
        profile: 'generatedKey',
        policy: 'table',
        missingMode: 'confirm',
        fewValues: false,
        capitals: false,
        firstSync: null,
      },
      { do: 'person', act: 'moveColumn', n: 0, m: 6 },
      { do: 'application', act: 'insert', n: 465533, m: 687421 },
      { do: 'quota', calls: 8 },
      { do: 'start' },
      { do: 'finish' },
      { do: 'start' },
      { do: 'finish' },
    ],
  },
];
