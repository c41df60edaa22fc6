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
  {
    name: 'an error that an archived row shows is kept as its text (seed 830100, generatedKey)',
    rule: '[R26]',
    steps: [
      {
        do: 'setup',
        profile: 'generatedKey',
        policy: 'table',
        missingMode: 'confirm',
        fewValues: false,
        capitals: false,
        firstSync: null,
        removedMode: 'archive',
      },
      { do: 'application', act: 'insert', n: 363254, m: 667779 },
      { do: 'application', act: 'rekey', n: 371699, m: 401915 },
      { do: 'fault', fault: { kind: 'between', statements: 19, act: 'insert', n: 248084, m: 195259 } },
      { do: 'start', rows: 193995 },
      { do: 'finish' },
      { do: 'person', act: 'errorValue', n: 979137, m: 602547 },
      { do: 'application', act: 'retypeColumn', n: 671744, m: 582624 },
      { do: 'application', act: 'insert', n: 499807, m: 527234 },
      { do: 'application', act: 'delete', n: 624848, m: 825007 },
    ],
  },
];
