/** What only a person's hand can set off: triggers note what they are told, and a second menu call reads it. */

export const HAND_TAB = 'Tandem probe by hand';
const NOTES = 'tandem.probe.events';
const HANDLERS = ['probeEdit', 'probeChange'];

interface Told {
  event: 'edit' | 'change';
  cell?: string;
  value?: string;
  type?: string;
  token: boolean;
}

export interface HandQuestion {
  id: string;
  asks: string;
  expected: string;
  answer: (told: readonly Told[]) => string;
}

/** In the order in which they are to be done, on the tab of HAND_TAB. */
export const STEPS = [
  `On the tab “${HAND_TAB}” type 7 into B2.`,
  'Undo that (Ctrl+Z).',
  'Copy A4 and paste it into B4.',
  'Select A2:A4 and choose Data > Sort range > A to Z.',
  'Wait ten seconds, then choose Tandem > Finish the probe.',
];

const edits = (told: readonly Told[], cell: string): Told[] => told.filter((one) => one.cell === cell);
const changes = (told: readonly Told[]): (string | undefined)[] =>
  told.filter(({ event }) => event === 'change').map(({ type }) => type);

export const handQuestions: HandQuestion[] = [
  {
    id: 'hand-value',
    asks: 'What is `value` of the edit event when 7 is typed?',
    expected: 'string 7',
    answer: (told) => (edits(told, 'B2').length === 0 ? 'no event' : show(edits(told, 'B2')[0]!.value)),
  },
  {
    id: 'hand-undo',
    asks: 'Which events does an undo fire? (Typing and pasting fire one EDIT each.)',
    expected: 'edit: 0, change: 1',
    answer: (told) =>
      `edit: ${edits(told, 'B2').length - 1}, change: ${changes(told).filter((type) => type === 'EDIT').length - 2}`,
  },
  {
    id: 'hand-paste',
    asks: 'Does a paste into one cell carry `value`?',
    expected: 'none',
    answer: (told) => (edits(told, 'B4').length === 0 ? 'no event' : show(edits(told, 'B4')[0]!.value)),
  },
  {
    id: 'hand-sort',
    asks: 'What does a sort in the menu tell onChange?',
    expected: 'OTHER',
    answer: (told) =>
      changes(told)
        .filter((type) => type !== 'EDIT')
        .join(', ') || 'nothing',
  },
  {
    id: 'hand-token',
    asks: 'Is there an identity token in an installable trigger?',
    expected: 'yes',
    answer: (told) => (told.length === 0 ? 'no event' : told.every(({ token }) => token) ? 'yes' : 'no'),
  },
];

const show = (value: string | undefined): string => (value === undefined ? 'none' : `${typeof value} ${value}`);

/** Makes the tab and the triggers; what an earlier run left goes first. */
export function prepareHandTab(): void {
  clearHandTab();
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  spreadsheet
    .insertSheet(HAND_TAB)
    .getRange('A1:A4')
    .setValues([['Fruit'], ['pear'], ['apple'], ['fig']]);
  ScriptApp.newTrigger('probeEdit').forSpreadsheet(spreadsheet).onEdit().create();
  ScriptApp.newTrigger('probeChange').forSpreadsheet(spreadsheet).onChange().create();
}

export function clearHandTab(): void {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  for (const trigger of ScriptApp.getUserTriggers(spreadsheet)) {
    if (HANDLERS.includes(trigger.getHandlerFunction())) ScriptApp.deleteTrigger(trigger);
  }
  const tab = spreadsheet.getSheetByName(HAND_TAB);
  if (tab) spreadsheet.deleteSheet(tab);
  PropertiesService.getDocumentProperties().deleteProperty(NOTES);
}

export function readTold(): Told[] {
  return JSON.parse(PropertiesService.getDocumentProperties().getProperty(NOTES) ?? '[]') as Told[];
}

/** Two triggers of one edit may run at the same time. */
function note(told: Told): void {
  const lock = LockService.getDocumentLock();
  lock.waitLock(20_000);
  try {
    PropertiesService.getDocumentProperties().setProperty(NOTES, JSON.stringify([...readTold(), told]));
  } finally {
    lock.releaseLock();
  }
}

const hasToken = (): boolean => Boolean(ScriptApp.getIdentityToken());

export function noteEdit(event: GoogleAppsScript.Events.SheetsOnEdit): void {
  if (event.range.getSheet().getName() !== HAND_TAB) return;
  const { value } = event as { value?: string };
  const told: Told = { event: 'edit', cell: event.range.getA1Notation(), token: hasToken() };
  note(value === undefined ? told : { ...told, value });
}

export function noteChange(event: GoogleAppsScript.Events.SheetsOnChange): void {
  note({ event: 'change', type: String(event.changeType), token: hasToken() });
}
