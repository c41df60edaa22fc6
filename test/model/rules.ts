/**
 * The rules that can be taken away, one at a time, to see which violation each of them prevents. Switched here, in the
 * model's own frame around the product's code; production has no such switches.
 */
export const ruleNames = {
  ifEpoch: 'a message that opens a cycle must name the current epoch',
  fence: 'a push or an ack of an older epoch does nothing',
  sequence: 'within an epoch each sequence number works once',
  documentLock: 'one run of the script at a time',
  lease: 'script and REST host ask the lease before the fence, and before they are told an epoch',
  recheck: 'cells are read again just before they are written',
  offers: 'what is on its way to the sheet is remembered until it is settled',
  journal: 'a value that loses is journaled before it is overwritten',
  twoScans: 'a row goes from the table only after two scans and the grace',
  untouched: 'a row goes from the table only while it is what was agreed on',
  quarantine: 'what a dead run may have left on another row is held, not pushed',
  note: 'what a run is about to write is noted first, and told by the next run',
  repair: 'what was written onto another row is put back',
} as const;

export type RuleName = keyof typeof ruleNames;
export type Rules = Record<RuleName, boolean>;

export const allRules: Rules = Object.fromEntries(Object.keys(ruleNames).map((name) => [name, true])) as Rules;

/** How much of everything may happen in one exploration. */
export interface Bounds {
  /** Rows at the start, with keys 1, 2, … */
  rows: 1 | 2;
  runs: number;
  sheetEdits: number;
  tableEdits: number;
  /** Reversals of the order of the sheet's rows. */
  sorts: number;
  sheetDeletes: number;
  /** A row cut out and pasted at the bottom later. */
  cuts: number;
  tableDeletes: number;
  /** A row's key changed to one that is free. */
  rekeys: number;
  /** Runs of the REST host, which shares no lock with the script's. */
  restRuns: number;
  /** Messages lost, late or doubled, at most. */
  faults: number;
  /** Runs killed, at most. */
  kills: number;
}

export interface Scenario {
  name: string;
  bounds: Bounds;
  winner: 'sheet' | 'table';
  /** A trigger of the table stores what the sheet pushes in another form. */
  normalise: boolean;
  /**
   * What people may do between the re-check and the end of the write, where Sheets offers no compare-and-set: nothing
   * (the protocol's own guarantee), sort (rows move, and writes land on another row), or anything (the published limit).
   */
  window: 'closed' | 'sort' | 'open';
  rules: Rules;
}

export const noBounds: Bounds = {
  rows: 1,
  runs: 2,
  sheetEdits: 0,
  tableEdits: 0,
  sorts: 0,
  sheetDeletes: 0,
  cuts: 0,
  tableDeletes: 0,
  rekeys: 0,
  restRuns: 0,
  faults: 1,
  kills: 1,
};
