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
    name: 'an edit’s run right after a column was deleted does not empty it in the table (seed 10)',
    rule: '[I13]',
    steps: [
      { do: 'person', act: 'deleteColumn', n: 870071, m: 949386 },
      { do: 'start', rows: 627328 },
    ],
  },
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
  {
    name: 'an old message does not carry on a first sync that was started since (seed 11038)',
    rule: '[I5]',
    steps: [
      {
        do: 'setup',
        policy: 'table',
        missingMode: 'confirm',
        fewValues: true,
        capitals: false,
        firstSync: 'table',
      },
      { do: 'application', act: 'beginLate', n: 655010, m: 334922 },
      { do: 'start' },
      { do: 'fault', fault: { kind: 'duplicate' } },
      { do: 'finish' },
      { do: 'startLink' },
      { do: 'late', n: 841621 },
    ],
  },
  {
    name: 'a formula typed between the write and the read-back stays, and its value is delivered (seed 3070)',
    rule: '[I14]',
    steps: [
      { do: 'person', act: 'addRow', n: 928832, m: 416164 },
      { do: 'start', rows: 277527 },
      { do: 'person', act: 'pasteRow', n: 367135, m: 417942 },
      { do: 'finish' },
      { do: 'application', act: 'insert', n: 450079, m: 118452 },
      { do: 'start' },
      { do: 'step', effects: 1 },
      { do: 'application', act: 'updateMany', n: 381751, m: 302974 },
      { do: 'step', effects: 3 },
      { do: 'step', effects: 2 },
      { do: 'step', effects: 4 },
      { do: 'person', act: 'formula', n: 648609, m: 700675 },
    ],
  },
  {
    name: 'a write that a new column pushed aside is taken back and made again (seed 2004)',
    rule: '[I18]',
    steps: [
      { do: 'start' },
      { do: 'finish' },
      { do: 'application', act: 'insert', n: 702375, m: 966670 },
      { do: 'start' },
      { do: 'step', effects: 7 },
      { do: 'person', act: 'insertColumn', n: 865224, m: 435009 },
    ],
  },
  {
    name: 'a message the hub died over is dealt with when it comes again, while nothing overtook it (seed 30954)',
    rule: '[I4]',
    steps: [
      { do: 'person', act: 'refused', n: 88888, m: 433525 },
      { do: 'start' },
      { do: 'fault', fault: { kind: 'lostReply' } },
      { do: 'step', effects: 5 },
      { do: 'step', effects: 3 },
      { do: 'fault', fault: { kind: 'hubDies', statements: 7 } },
      { do: 'fault', fault: { kind: 'lostRequest' } },
      { do: 'fault', fault: { kind: 'lostRequest' } },
      { do: 'finish' },
      { do: 'late', n: 1000564 },
    ],
  },
  {
    name: 'a value sorted into the header row is the name of its column, and not lost (seed 31253)',
    rule: '[lost]',
    steps: [
      { do: 'setup', policy: 'sheet', missingMode: 'automatic', fewValues: false, capitals: false, firstSync: 'sheet' },
      { do: 'person', act: 'addRow', n: 687900, m: 590555 },
      { do: 'application', act: 'truncate', n: 84686, m: 1023967 },
      { do: 'person', act: 'addRow', n: 711715, m: 364285 },
      { do: 'person', act: 'sortHeader', n: 816275, m: 683886 },
      { do: 'person', act: 'partialSort', n: 12368, m: 271373 },
    ],
  },
  {
    name: 'a form is still shown after another offer of its row was settled (seed 70000, stamped)',
    rule: '[I6]',
    steps: [
      {
        do: 'setup',
        profile: 'stamped',
        policy: 'table',
        missingMode: 'confirm',
        fewValues: false,
        capitals: true,
        firstSync: null,
      },
      { do: 'person', act: 'type', n: 939339, m: 617063 },
    ],
  },
  {
    name: 'what a new row shows in a column that only the table writes gives way to the table (seed 70002, directions)',
    rule: '[I6]',
    steps: [
      {
        do: 'setup',
        profile: 'directions',
        policy: 'table',
        missingMode: 'confirm',
        fewValues: false,
        capitals: true,
        firstSync: null,
      },
      { do: 'person', act: 'editKey', n: 826168, m: 742290 },
    ],
  },
  {
    name: 'what was typed where only the table writes is journaled when the table deletes the row (seed 70015, directions)',
    rule: '[lost]',
    steps: [
      {
        do: 'setup',
        profile: 'directions',
        policy: 'table',
        missingMode: 'confirm',
        fewValues: false,
        capitals: false,
        firstSync: null,
      },
      { do: 'person', act: 'type', n: 58909, m: 267774 },
      { do: 'application', act: 'truncate', n: 989870, m: 89936 },
    ],
  },
  {
    name: 'a formula and a format that a write hit because columns moved come back (seed 30124)',
    rule: '[I18]',
    steps: [
      { do: 'setup', policy: 'table', missingMode: 'confirm', fewValues: false, capitals: true, firstSync: null },
      { do: 'person', act: 'type', n: 169545, m: 182708 },
      { do: 'start' },
      { do: 'step', effects: 1 },
      { do: 'step', effects: 1 },
      { do: 'person', act: 'deleteRow', n: 350743, m: 980754 },
      { do: 'step', effects: 2 },
      { do: 'kill' },
      { do: 'person', act: 'addRow', n: 289784, m: 958505 },
      { do: 'start' },
      { do: 'step', effects: 3 },
      { do: 'step', effects: 2 },
      { do: 'step', effects: 3 },
      { do: 'person', act: 'moveColumn', n: 438025, m: 461157 },
      { do: 'person', act: 'deleteRow', n: 1011478, m: 939484 },
      { do: 'person', act: 'addRow', n: 555287, m: 720023 },
      { do: 'step', effects: 5 },
      { do: 'person', act: 'addRow', n: 243634, m: 715884 },
      { do: 'person', act: 'type', n: 155566, m: 308714 },
    ],
  },
];
