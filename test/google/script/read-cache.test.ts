import { afterEach, beforeEach, expect, it } from 'vitest';
import { play, type Play } from './play.ts';

/** What a run sees of cells that others change while it runs. */

let played: Play;
const reads = { cell: `sheet.getRange('B2').getValue()`, all: `sheet.getDataRange().getValues()[1][1]` };

beforeEach(async () => {
  played = await play(`function on(body) { return new Function('sheet', body)(SpreadsheetApp.getActiveSheet()); }`);
  played.tab.setInputs(1, 1, [
    ['id', 'name'],
    [1, 'Ann'],
  ]);
});
afterEach(() => played.google.close());

/** Runs a script during whose sleep somebody types into a cell and adds a note. */
function meanwhile(body: string): Promise<unknown> {
  played.google.runtime.beforeHostCall = (_execution, method) => {
    if (method !== 'Utilities.sleep') return;
    played.tab.setInput(2, 2, 'Bea');
    played.tab.setNote(2, 2, 'new');
  };
  return played.run('on', body);
}

it('shows a run what it has read before, whole or in part, until it flushes or writes', async () => {
  const twice = (between: string) =>
    meanwhile(`${reads.all}; sheet.getRange('B2').getNote(); Utilities.sleep(1); ${between};
      return [${reads.cell}, ${reads.all}, sheet.getRange('B2').getNote()];`);
  expect(await twice('')).toEqual(['Ann', 'Ann', '']);
  played.tab.setInput(2, 2, 'Ann');
  expect(await twice('SpreadsheetApp.flush()')).toEqual(['Bea', 'Bea', 'new']);
  played.tab.setInput(2, 2, 'Ann');
  expect(await twice(`sheet.getRange('D9').setValue(1)`)).toEqual(['Bea', 'Bea', 'new']);
});

it('reads what it has not read: other cells, another tab, something else of the same cells', async () => {
  const other = played.document.workbook.addTab({ title: 'Other' });
  other.setInputs(1, 1, [[null], [null, 'elsewhere']]);
  expect(
    await meanwhile(`const seen = [${reads.all}];
      Utilities.sleep(1);
      const elsewhere = SpreadsheetApp.getActive().getSheetByName('Other').getRange('B2').getValue();
      return [...seen, sheet.getRange('A2:C2').getValues()[0], sheet.getRange('B2').getNote(), elsewhere];`),
  ).toEqual(['Ann', [1, 'Bea', ''], 'new', 'elsewhere']);
});

it('sees everything at once where the open question is answered that way', async () => {
  played.document.workbook.unconfirmed.runsCacheReads = false;
  expect(await meanwhile(`${reads.all}; Utilities.sleep(1); return ${reads.cell};`)).toBe('Bea');
});

it('keeps dates and images apart from the rest in what it has read', async () => {
  played.tab.setInputs(1, 3, [['due'], ['2024-02-29']]);
  expect(
    await meanwhile(`sheet.getDataRange().getValues();
      Utilities.sleep(1);
      return sheet.getRange('B2:C2').getValues()[0].map((cell) => cell instanceof Date ? cell.getTime() : cell);`),
  ).toEqual(['Ann', Date.UTC(2024, 1, 29)]);
});
