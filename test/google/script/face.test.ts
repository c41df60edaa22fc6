import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { leftOut } from './face/left-out.ts';
import { evaluate } from './play.ts';

/** The face against Google's own declaration: what is declared is there, or is known to be left out. */

const files = [
  'spreadsheet',
  'properties',
  'cache',
  'lock',
  'script',
  'base',
  'utilities',
  'url-fetch',
  'html',
  'card-service',
];

/** Method names by interface, as `@types/google-apps-script` declares them. */
function declared(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node)) {
      const names = found.get(node.name.text) ?? new Set();
      for (const member of node.members) if (ts.isMethodSignature(member)) names.add(member.name.getText());
      found.set(node.name.text, names);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files) {
    const path = `node_modules/@types/google-apps-script/google-apps-script.${file}.d.ts`;
    const url = new URL(`../../../${path}`, import.meta.url);
    visit(ts.createSourceFile(path, readFileSync(url, 'utf8'), ts.ScriptTarget.ES2022, true));
  }
  return found;
}

const pivot = `SpreadsheetApp.getActiveSheet().getRange('D1').createPivotTable(SpreadsheetApp.getActiveSheet().getRange('A1:B3'))`;

const objects: Record<string, string> = {
  Range: `SpreadsheetApp.getActiveSheet().getRange('A1')`,
  Sheet: 'SpreadsheetApp.getActiveSheet()',
  Spreadsheet: 'SpreadsheetApp.getActive()',
  SpreadsheetApp: 'SpreadsheetApp',
  RangeList: `SpreadsheetApp.getActiveSheet().getRangeList(['A1'])`,
  Selection: 'SpreadsheetApp.getSelection()',
  DataValidationBuilder: 'SpreadsheetApp.newDataValidation()',
  RichTextValue: 'SpreadsheetApp.newRichTextValue().build()',
  RichTextValueBuilder: 'SpreadsheetApp.newRichTextValue()',
  TextStyle: 'SpreadsheetApp.newTextStyle().build()',
  TextStyleBuilder: 'SpreadsheetApp.newTextStyle()',
  PivotTable: pivot,
  PivotGroup: `${pivot}.addRowGroup(1)`,
  PivotValue: `${pivot}.addPivotValue(1, SpreadsheetApp.PivotTableSummarizeFunction.SUM)`,
  UrlFetchApp: 'UrlFetchApp',
  PropertiesService: 'PropertiesService',
  Properties: 'PropertiesService.getUserProperties()',
  CacheService: 'CacheService',
  Cache: 'CacheService.getScriptCache()',
  LockService: 'LockService',
  Lock: 'LockService.getScriptLock()',
  ScriptApp: 'ScriptApp',
  Session: 'Session',
  Utilities: 'Utilities',
  Blob: `Utilities.newBlob('x')`,
  HtmlService: 'HtmlService',
  HtmlOutput: `HtmlService.createHtmlOutput('')`,
  Ui: 'SpreadsheetApp.getUi()',
  Browser: 'Browser',
  Logger: 'Logger',
  CardService: 'CardService',
};

describe('the services a script sees', () => {
  const all = declared();

  it.each(Object.entries(objects))(
    '%s has every declared method, or says by name that it has not',
    async (name, code) => {
      const names = [...all.get(name)!];
      expect(names).not.toEqual([]);
      const refused = await evaluate(`
      const object = ${code};
      return ${JSON.stringify(names)}.filter((method) => {
        if (typeof object[method] !== 'function') return true;
        if (!${JSON.stringify(leftOut[name] ?? [])}.includes(method)) return false;
        try { object[method](); return false; }
        catch (error) { return String(error) === 'Exception: ${name}.' + method + ' is not part of the local Google.'; }
      });`);
      expect((refused as string[]).sort()).toEqual([...(leftOut[name] ?? [])].sort());
    },
  );

  it('do on the active sheet what old methods of Spreadsheet ask', async () => {
    expect(
      await evaluate(`
        const book = SpreadsheetApp.getActive(), sheet = book.getActiveSheet();
        sheet.getRange('A1:A3').setValues([[3], [1], [2]]);
        book.sort(1); book.insertRowBefore(1); book.setFrozenRows(1); book.deleteColumns(2, 20);
        return [sheet.getRange('A1:A4').getValues().flat(), sheet.getFrozenRows(), sheet.getMaxColumns(),
          book.getSheetName(), book.getSelection().getActiveRange().getA1Notation()];`),
    ).toEqual([['', 1, 2, 3], 1, 6, 'Sheet1', 'A1']);
  });

  it('keep how text wraps, for a block too', async () => {
    expect(
      await evaluate(`
        const range = SpreadsheetApp.getActiveSheet().getRange('A1:B1'), { CLIP, WRAP } = SpreadsheetApp.WrapStrategy;
        range.setWrapStrategies([[CLIP, WRAP]]);
        const first = [range.getWrapStrategies()[0].map(String), range.getWraps()];
        return [...first, range.setWraps([[true, false]]).getWrapStrategies()[0].map(String)];`),
    ).toEqual([['CLIP', 'WRAP'], [[false, true]], ['WRAP', 'OVERFLOW']]);
  });
});
