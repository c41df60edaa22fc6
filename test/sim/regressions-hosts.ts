import type { Regression } from './regressions.ts';

/** Schedules for hosts that give way to one another, that once violated a rule. */
export const hostRegressions: readonly Regression[] = [
  {
    name: 'a run after an edit in a tab that replaces its table asks the hub nothing, so nobody gave way to it, but to one that died (seed 820383)',
    rule: '[R38]',
    steps: [
      {
        do: 'setup',
        profile: 'replaced',
        policy: 'latest',
        missingMode: 'confirm',
        fewValues: false,
        capitals: true,
        firstSync: null,
      },
      { do: 'rest', act: 'start', n: 834044 },
      { do: 'rest', act: 'step', n: 718072 },
      { do: 'rest', act: 'kill', n: 837455 },
      { do: 'rest', act: 'start', n: 396325 },
      { do: 'rest', act: 'finish', n: 459449 },
      { do: 'start', rows: 19609 },
    ],
  },
  {
    name: 'a run after an edit in a tab that replaces its table is not the one that was given way to, where that one found no hub (seed 820272)',
    rule: '[R38]',
    steps: [
      {
        do: 'setup',
        profile: 'replaced',
        policy: 'sheet',
        missingMode: 'confirm',
        fewValues: false,
        capitals: false,
        firstSync: null,
      },
      { do: 'person', act: 'type', n: 942770, m: 660276 },
      { do: 'start' },
      { do: 'step', effects: 3 },
      { do: 'fault', fault: { kind: 'lostReply' } },
      { do: 'rest', act: 'start', n: 164111 },
      { do: 'fault', fault: { kind: 'lostReply' } },
      { do: 'fault', fault: { kind: 'lostReply' } },
      { do: 'step', effects: 3 },
      { do: 'rest', act: 'step', n: 761552 },
      { do: 'start', rows: 185049 },
    ],
  },
];
