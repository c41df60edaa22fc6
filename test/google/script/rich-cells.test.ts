import { describe, expect, it } from 'vitest';
import { evaluate } from './play.ts';

const sheet = 'const sheet = SpreadsheetApp.getActiveSheet();';

describe('rich text', () => {
  it('has runs, each with its place, style and link, and is read back as it was set', async () => {
    expect(
      await evaluate(`${sheet}
        const bold = SpreadsheetApp.newTextStyle().setBold(true).setForegroundColor('#FF0000').build();
        const built = SpreadsheetApp.newRichTextValue().setText('=bold and link').setTextStyle(0, 5, bold)
          .setLinkUrl(10, 14, 'https://example.com').setTextStyle(10, 14, null).build();
        sheet.getRange('A1').setRichTextValue(built);
        const read = sheet.getRange('A1').getRichTextValue();
        const runs = read.getRuns().map((run) => [run.getText(), run.getStartIndex(), run.getEndIndex(),
          run.getTextStyle().isBold(), run.getTextStyle().getForegroundColor(), run.getLinkUrl()]);
        return [sheet.getRange('A1').getValue(), sheet.getRange('A1').getFormula(), runs,
          read.getLinkUrl(), read.getLinkUrl(11, 13), read.getTextStyle(0, 3).isBold(), read.getTextStyle().isBold()];`),
    ).toEqual([
      '=bold and link',
      '',
      [
        ['=bold', 0, 5, true, '#ff0000', null],
        [' and ', 5, 10, null, null, null],
        ['link', 10, 14, null, null, 'https://example.com'],
      ],
      ...[null, 'https://example.com', true, null],
    ]);
  });

  it('is lost by a new value, kept by a copy; a builder starts anew with its text', async () => {
    expect(
      await evaluate(`${sheet}
        const italic = SpreadsheetApp.newTextStyle().setItalic(true).build();
        const value = SpreadsheetApp.newRichTextValue().setText('one').setTextStyle(italic).build();
        sheet.getRange('A1:A2').setRichTextValues([[value], [value.copy().setText('two').build()]]);
        sheet.getRange('A1').copyTo(sheet.getRange('B1:B2'));
        sheet.getRange('A1').setValue('one');
        const italics = sheet.getRange('A1:B2').getRichTextValues().map((line) => line.map((v) => v.getTextStyle().isItalic()));
        sheet.getRange('C1').setValue(5);
        return [italics, sheet.getRange('C1').getRichTextValue(), sheet.getRange('C2').getRichTextValue().getText()];`),
    ).toEqual([
      [
        [null, true],
        [null, true],
      ],
      null,
      '',
    ]);
  });

  it('refuses places outside of the text', async () => {
    expect(
      await evaluate(`
        const attempt = (act) => { try { act(); return 'accepted'; } catch (error) { return error.name; } };
        const builder = SpreadsheetApp.newRichTextValue().setText('abc');
        return [attempt(() => builder.setLinkUrl(0, 4, 'x')), attempt(() => builder.setTextStyle(2, 2, null)),
          attempt(() => builder.build().getLinkUrl(-1, 2)), attempt(() => builder.setLinkUrl(0, 3, null))];`),
    ).toEqual(['Exception', 'Exception', 'Exception', 'accepted']);
  });
});

describe('pivot tables', () => {
  it('are known by their anchor; their results look typed', async () => {
    expect(
      await evaluate(`${sheet}
        sheet.getRange('A1:B3').setValues([['k', 'n'], ['b', 2], ['a', 1]]);
        const pivot = sheet.getRange('D1').createPivotTable(sheet.getRange('A1:B3'));
        pivot.addRowGroup(1);
        pivot.addPivotValue(2, SpreadsheetApp.PivotTableSummarizeFunction.SUM);
        const shown = sheet.getRange('D1:E4').getValues(), formulas = sheet.getRange('D1:E4').getFormulas().flat().join('');
        const anchors = sheet.getPivotTables().map((table) => table.getAnchorCell().getA1Notation());
        sheet.getPivotTables()[0].remove();
        return [shown, formulas, anchors, sheet.getRange('D1:E4').getValues().flat().join(''), sheet.getPivotTables()];`),
    ).toEqual([
      [
        ['k', 'SUM of n'],
        ['a', 1],
        ['b', 2],
        ['Grand Total', 3],
      ],
      '',
      ['D1'],
      '',
      [],
    ]);
  });
});
