import type { AttentionPage, DeletedView, HistoryView, SettingsView, SidebarApi } from '../../../addon/src/rpc.ts';

/** Answers for the screens of a linked tab: what needs a person, history, deleted rows, settings. */

export const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const row = (key: string, more: Partial<AttentionPage['problems'][number]>): AttentionPage['problems'][number] => ({
  key,
  kind: 'refused',
  code: 'refused',
  message: '',
  column: null,
  cell: null,
  cells: [],
  values: [],
  ...more,
});

const counts = (some: Partial<AttentionPage['counts']>): AttentionPage['counts'] => ({
  conflict: 0,
  refused: 0,
  missing: 0,
  removed: 0,
  renamed: 0,
  held: 0,
  unfinished: 0,
  ...some,
});

const noKeyTrouble = {
  duplicates: [],
  blankKeys: [],
  keyCounts: { duplicates: 0, blankKeys: 0 },
  keyPosition: 1,
  next: null,
};

export const attention: AttentionPage = {
  ...noKeyTrouble,
  counts: counts({ conflict: 1, refused: 1, missing: 2, renamed: 1, held: 1 }),
  problems: [
    row('GOOGL', {
      kind: 'conflict',
      code: 'conflict',
      message: 'Security was changed here and in the table.',
      column: 'Security',
      cell: 'B12',
      cells: [
        {
          column: 'c2',
          header: 'Security',
          code: 'conflict',
          message: '',
          sheet: 'Alphabet',
          table: 'Alphabet Inc. (Class A)',
          cell: 'B12',
        },
      ],
    }),
    row('AAPL', {
      message:
        'The table accepts only years from 1600 on. Change the value, or ask your admin about the rule “founded_check”.',
      column: 'Founded',
      cell: 'H40',
    }),
    row('MMM', {
      kind: 'missing',
      code: 'missing',
      message: 'This row is missing from the sheet. Put it back, or delete it in the table too.',
      values: [
        { header: 'Security', value: '3M' },
        { header: 'GICS Sector', value: 'Industrials' },
        { header: 'Date added', value: { date: '1957-03-04' } },
      ],
    }),
    row('FB', {
      kind: 'missing',
      code: 'missing',
      message: 'This row is missing from the sheet. Put it back, or delete it in the table too.',
      values: [{ header: 'Security', value: 'Facebook' }],
    }),
    row('META', {
      kind: 'renamed',
      code: 'renamed',
      message: 'This looks like row “FB” with a new key. Is it the same row, or a new one?',
      column: 'Symbol',
      cell: 'A91',
    }),
    row('BRK.B', {
      kind: 'held',
      code: 'deleted_in_table',
      message:
        'This row was deleted in the table, but Founded was edited here. Delete it here too, or put it back into the table: the sidebar has a button for that.',
      column: 'Founded',
      cell: 'H71',
    }),
  ],
};

export const keyTrouble: AttentionPage = {
  ...attention,
  counts: counts({}),
  problems: [],
  duplicates: [
    { key: 'AAPL', rows: [40, 504], original: 40 },
    { key: '["ACME","2024"]', rows: [7, 8, 9, 10, 11, 12, 13, 14], original: null },
  ],
  blankKeys: [{ row: 505, reason: 'The cell under “Symbol” is empty' }],
  keyCounts: { duplicates: 2, blankKeys: 1 },
};

const long = 'A long word with noopportunitytobreakitanywhereatallbecauseitisonesingleword, then more text. '.repeat(3);

/** A thousand conflicts, the first page of them. */
export const thousand: AttentionPage = {
  ...noKeyTrouble,
  next: 'more',
  counts: counts({ conflict: 1000 }),
  problems: Array.from({ length: 50 }, (_, index) => ({
    ...attention.problems[0]!,
    key: `K-${index + 1}`,
    cell: `B${index + 2}`,
    cells: attention.problems[0]!.cells.map((cell) =>
      index === 1 ? { ...cell, sheet: long, table: null } : { ...cell, cell: `B${index + 2}` },
    ),
  })),
};

const entry = (id: number, more: Partial<HistoryView['entries'][number]>): HistoryView['entries'][number] => ({
  id,
  at: minutesAgo(4),
  run: 'run-9',
  op: 'update',
  side: 'table',
  key: 'AAPL',
  column: 'c8',
  header: 'Founded',
  before: 1976,
  after: 1977,
  cause: 'edited in the sheet',
  actor: 'ann@example.com',
  undone: false,
  ...more,
});

export const history: HistoryView = {
  timeZone: 'Europe/Berlin',
  headers: { c1: 'Symbol', c2: 'Security', c3: 'GICS Sector', c8: 'Founded' },
  next: 3,
  entries: [
    entry(12, {}),
    entry(11, { key: 'MSFT', header: 'Security', column: 'c2', before: 'Microsoft', after: 'Microsoft Corporation' }),
    entry(10, {
      key: 'ZTS',
      op: 'insert',
      column: null,
      header: null,
      before: null,
      after: { c1: 'ZTS', c2: 'Zoetis', c3: 'Health Care', c8: 1952 },
    }),
    entry(9, {
      run: 'run-8',
      at: minutesAgo(61),
      op: 'lost',
      side: 'sheet',
      key: 'MMM',
      header: 'Headquarters Location',
      before: 'St. Paul, Minnesota',
      after: 'Saint Paul, Minnesota',
      cause: 'changed in the table',
    }),
    entry(8, { run: 'undo-1', at: minutesAgo(1500), cause: 'undo of 5', before: 1903, after: 1902, key: 'MMM' }),
    entry(7, {
      run: 'missing-1',
      at: minutesAgo(60 * 24 * 20),
      op: 'delete',
      key: 'FB',
      column: null,
      header: null,
      before: { c1: 'FB', c2: 'Facebook', c3: 'Communication Services' },
      after: null,
      cause: 'deleted in the sheet, confirmed by a person',
    }),
    entry(5, { run: 'run-5', at: minutesAgo(1501), before: 1902, after: 1903, key: 'MMM', undone: true }),
  ],
};

export const undoPreview: ReturnType<SidebarApi['undoPreview']> = {
  left: 0,
  undone: 2,
  already: 0,
  changes: [
    { op: 'update', key: 'MSFT', header: 'Security', before: 'Microsoft Corporation', after: 'Microsoft' },
    { op: 'delete', key: 'ZTS', header: null, before: null, after: null },
  ],
  refused: [
    {
      entry: 12,
      key: 'AAPL',
      column: 'Founded',
      reason: 'Founded was changed again since, so it is left as it is.',
    },
  ],
};

export const deleted: DeletedView = {
  timeZone: 'Europe/Berlin',
  next: null,
  tombstones: [
    {
      id: 3,
      key: 'FB',
      side: 'sheet',
      at: minutesAgo(30),
      until: minutesAgo(-60 * 24 * 30),
      actor: 'ann@example.com',
      cells: [
        { header: 'Symbol', value: 'FB' },
        { header: 'Security', value: 'Facebook' },
        { header: 'GICS Sector', value: 'Communication Services' },
      ],
      taken: false,
    },
    {
      id: 2,
      key: 'TWTR',
      side: 'table',
      at: minutesAgo(60 * 24 * 12),
      until: minutesAgo(-60 * 24 * 18),
      actor: null,
      cells: [
        { header: 'Symbol', value: 'TWTR' },
        { header: 'Security', value: 'Twitter' },
      ],
      taken: false,
    },
    {
      id: 1,
      key: 'GE',
      side: 'sheet',
      at: minutesAgo(60 * 24 * 15),
      until: minutesAgo(-60 * 24 * 15),
      actor: 'bob@example.com',
      cells: [{ header: 'Symbol', value: 'GE' }],
      taken: true,
    },
  ],
};

export const settings: SettingsView = {
  policy: 'table',
  columns: { c2: 'ask' },
  missingMode: 'confirm',
  softDeleteColumn: null,
  softDeleteChoices: ['deleted_at', 'archived'],
  removedMode: 'remove',
  members: ['bob@example.com'],
  owner: 'ann@example.com',
  empty: { c3: 'blank' },
  texts: [
    { id: 'c2', header: 'Security' },
    { id: 'c3', header: 'GICS Sector' },
  ],
  shared: [
    { id: 'c2', header: 'Security' },
    { id: 'c3', header: 'GICS Sector' },
    { id: 'c8', header: 'Founded' },
  ],
};
