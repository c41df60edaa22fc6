import type { Regression } from './regressions.ts';

/** Schedules that once failed over what is kept of rows, shrunk to what it took. */
export const rowRegressions: Regression[] = [
  {
    name: 'a row that an undo deleted and another put back is the application’s to rename (bundle seed 310052)',
    rule: '[R23]',
    steps: [
      { do: 'person', act: 'addRow', n: 183884, m: 203403 },
      { do: 'start' },
      { do: 'finish' },
      { do: 'sidebar', act: 'undoRun', n: 0, m: 0 },
      { do: 'start' },
      { do: 'finish' },
      { do: 'sidebar', act: 'undoCell', n: 1, m: 0 },
      // The last of the table’s thirteen rows.
      { do: 'application', act: 'rekey', n: 12, m: 0 },
    ],
  },
  {
    name: 'a row of another key does not carry on why the one it was is held (seed 600115)',
    rule: '[R17]',
    steps: [
      { do: 'application', act: 'delete', n: 738540, m: 590461 },
      { do: 'fault', fault: { kind: 'between', statements: 26, act: 'updateMany', n: 109344, m: 556663 } },
      { do: 'person', act: 'addRow', n: 699720, m: 486965 },
      { do: 'fault', fault: { kind: 'between', statements: 27, act: 'insert', n: 949938, m: 767259 } },
      { do: 'start', rows: 928218 },
      { do: 'application', act: 'delete', n: 997906, m: 971711 },
      { do: 'person', act: 'swapValues', n: 514505, m: 500454 },
      { do: 'person', act: 'swapValues', n: 67439, m: 632271 },
      { do: 'finish' },
      { do: 'application', act: 'rekey', n: 37459, m: 809652 },
      { do: 'person', act: 'swapValues', n: 972636, m: 538836 },
      { do: 'start' },
      { do: 'finish' },
      { do: 'person', act: 'editKey', n: 595194, m: 501636 },
    ],
  },
  {
    name: 'a row that comes back in the run that missed it carries no note of what it was (seed 700468)',
    rule: '[R17]',
    steps: [
      {
        do: 'setup',
        profile: 'filtered',
        policy: 'table',
        missingMode: 'automatic',
        fewValues: true,
        capitals: false,
        firstSync: null,
      },
      { do: 'start' },
      { do: 'application', act: 'insert', n: 73415, m: 875853 },
      { do: 'step', effects: 5 },
      { do: 'fault', fault: { kind: 'lostReply' } },
      { do: 'person', act: 'type', n: 519981, m: 935344 },
      { do: 'application', act: 'update', n: 852322, m: 82018 },
      { do: 'fault', fault: { kind: 'late' } },
      { do: 'application', act: 'update', n: 308601, m: 167824 },
      { do: 'fault', fault: { kind: 'lostReply' } },
      { do: 'application', act: 'updateMany', n: 949941, m: 687160 },
      { do: 'finish' },
      { do: 'start' },
      { do: 'step', effects: 5 },
      { do: 'person', act: 'clearRows', n: 927885, m: 259659 },
    ],
  },
];
