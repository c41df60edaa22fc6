import { allRules, noBounds, type Bounds, type RuleName, type Scenario } from './rules.ts';

const scenario = (name: string, bounds: Partial<Bounds>, rest: Partial<Scenario> = {}): Scenario => ({
  name,
  bounds: { ...noBounds, ...bounds },
  winner: 'table',
  normalise: false,
  window: 'closed',
  rules: allRules,
  ...rest,
});

/** With every rule in force: none of these may show a violation. */
export const scenarios: { scenario: Scenario; maxStates: number }[] = [
  { scenario: scenario('one cell, the table wins', { sheetEdits: 2, tableEdits: 2 }), maxStates: 120_000 },
  {
    scenario: scenario(
      'one cell, the sheet wins, a trigger rewrites',
      { sheetEdits: 2, tableEdits: 2 },
      { winner: 'sheet', normalise: true },
    ),
    maxStates: 120_000,
  },
  {
    scenario: scenario('one cell, three runs', { sheetEdits: 1, tableEdits: 2, runs: 3, faults: 1, kills: 2 }),
    maxStates: 120_000,
  },
  {
    scenario: scenario('one cell, the script and the REST host', {
      sheetEdits: 1,
      tableEdits: 1,
      runs: 2,
      restRuns: 1,
      faults: 1,
      kills: 1,
    }),
    maxStates: 120_000,
  },
  {
    scenario: scenario('two rows, sorted and deleted', {
      rows: 2,
      sheetEdits: 1,
      tableEdits: 1,
      sorts: 1,
      sheetDeletes: 1,
      kills: 1,
      faults: 0,
    }),
    maxStates: 120_000,
  },
  {
    scenario: scenario('one row, deleted on both sides, cut and pasted', {
      sheetEdits: 1,
      tableEdits: 1,
      sheetDeletes: 1,
      cuts: 1,
      tableDeletes: 1,
      faults: 0,
    }),
    maxStates: 120_000,
  },
  {
    scenario: scenario('one row, its key changed', { sheetEdits: 1, tableEdits: 1, rekeys: 1, faults: 0 }),
    maxStates: 120_000,
  },
  {
    scenario: scenario(
      'two rows, sorted inside the write window',
      { rows: 2, sheetEdits: 1, tableEdits: 2, sorts: 1, faults: 0, kills: 0 },
      { window: 'sort' },
    ),
    maxStates: 120_000,
  },
  {
    scenario: scenario(
      'two rows, sorted inside the write window of a run that is killed',
      { rows: 2, tableEdits: 2, sorts: 1, faults: 0, kills: 1 },
      { window: 'sort' },
    ),
    maxStates: 120_000,
  },
  {
    scenario: scenario(
      'two rows, sorted inside the write window and back',
      { rows: 2, tableEdits: 1, sorts: 2, faults: 0, kills: 0 },
      { window: 'sort' },
    ),
    maxStates: 120_000,
  },
];

const without = (rule: RuleName, bounds: Partial<Bounds>, rest: Partial<Scenario> = {}): Scenario => ({
  ...scenario(`without: ${rule}`, bounds, rest),
  rules: { ...allRules, [rule]: false },
});

/** One rule away: each of these must show a violation. */
export const ablations: { rule: RuleName; scenario: Scenario; maxStates: number }[] = [
  { rule: 'ifEpoch', scenario: without('ifEpoch', { tableEdits: 2 }, { winner: 'sheet' }), maxStates: 60_000 },
  { rule: 'fence', scenario: without('fence', { sheetEdits: 2 }), maxStates: 60_000 },
  { rule: 'sequence', scenario: without('sequence', { sheetEdits: 1, tableEdits: 1, kills: 0 }), maxStates: 60_000 },
  { rule: 'documentLock', scenario: without('documentLock', { tableEdits: 1, kills: 0 }), maxStates: 60_000 },
  {
    rule: 'lease',
    scenario: without('lease', { tableEdits: 1, runs: 2, restRuns: 1, faults: 0, kills: 0 }),
    maxStates: 60_000,
  },
  { rule: 'recheck', scenario: without('recheck', { sheetEdits: 1, tableEdits: 1 }), maxStates: 60_000 },
  { rule: 'offers', scenario: without('offers', { tableEdits: 2 }, { winner: 'sheet' }), maxStates: 60_000 },
  {
    rule: 'journal',
    scenario: without('journal', { sheetEdits: 1, tableEdits: 1 }, { winner: 'sheet' }),
    maxStates: 60_000,
  },
  { rule: 'twoScans', scenario: without('twoScans', { cuts: 1 }), maxStates: 60_000 },
  {
    rule: 'untouched',
    scenario: without('untouched', { sheetDeletes: 1, tableEdits: 1, faults: 0, kills: 0 }),
    maxStates: 60_000,
  },
  {
    rule: 'quarantine',
    scenario: without('quarantine', { rows: 2, tableEdits: 1, sorts: 1, faults: 0, kills: 1 }, { window: 'sort' }),
    maxStates: 60_000,
  },
  {
    rule: 'repair',
    scenario: without('repair', { rows: 2, tableEdits: 1, sorts: 1, faults: 0, kills: 0 }, { window: 'sort' }),
    maxStates: 60_000,
  },
];

/**
 * Rules that the guarantee does not rest on: away, nothing within these bounds is lost, and digests and cells tell the same
 * a message later. The note is kept because they tell it later: what a person types on top of a written value between the
 * two is an edit with it, a conflict without.
 */
export const redundant: { rule: RuleName; scenario: Scenario; maxStates: number }[] = [
  { rule: 'note', scenario: without('note', { sheetEdits: 2, tableEdits: 2 }), maxStates: 60_000 },
  {
    rule: 'note',
    scenario: without(
      'note',
      { sheetEdits: 1, tableEdits: 2, runs: 3, kills: 2 },
      { winner: 'sheet', normalise: true },
    ),
    maxStates: 60_000,
  },
  {
    rule: 'note',
    scenario: without('note', { rows: 2, tableEdits: 2, sorts: 1, faults: 0 }, { window: 'sort' }),
    maxStates: 60_000,
  },
  {
    rule: 'note',
    scenario: without('note', { sheetEdits: 1, tableEdits: 1, sheetDeletes: 1, cuts: 1, tableDeletes: 1, faults: 0 }),
    maxStates: 60_000,
  },
];

/** What the protocol does not promise, shown as it happens: no rule is missing, Sheets offers none. */
export const limits: { name: string; scenario: Scenario; maxStates: number }[] = [
  {
    name: 'an edit between the re-check and the write',
    scenario: scenario('window open', { sheetEdits: 1, tableEdits: 1, faults: 0, kills: 0 }, { window: 'open' }),
    maxStates: 60_000,
  },
  {
    name: 'a sort between the re-check and the deletion of a row',
    scenario: scenario(
      'another row deleted',
      { rows: 2, tableDeletes: 1, sorts: 1, faults: 0, kills: 0 },
      { window: 'sort' },
    ),
    maxStates: 60_000,
  },
];
