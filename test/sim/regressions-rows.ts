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
];
