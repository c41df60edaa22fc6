import { describe, expect, it } from 'vitest';
import { grid, testClient } from './test-client.ts';

const rows = (startIndex: number, endIndex: number) => ({ sheetId: 0, dimension: 'ROWS', startIndex, endIndex });
const columns = (startIndex: number, endIndex: number) => ({ sheetId: 0, dimension: 'COLUMNS', startIndex, endIndex });
const sort = (sortOrder: 'ASCENDING' | 'DESCENDING', bottom: number) => ({
  sortRange: { range: grid(1, 1, bottom, 2), sortSpecs: [{ dimensionIndex: 0, sortOrder }] },
});
const serial = 'valueRenderOption=UNFORMATTED_VALUE';

/** What no recording pins; sources in FIDELITY.md. */
describe('facts from the documentation', () => {
  it('[F1] inserting rows or columns makes the grid that much larger', async () => {
    const client = testClient({ rows: 10, columns: 5 });
    await client.batch({ insertDimension: { range: rows(2, 5) } }, { insertDimension: { range: columns(0, 2) } });
    const { body } = await client.call('GET', '');
    expect(body.sheets[0].properties.gridProperties).toEqual({ rowCount: 13, columnCount: 7 });
    await client.batch({ insertDimension: { range: rows(13, 14), inheritFromBefore: true } });
    expect(client.tab.rowCount).toBe(14);
    expect(await client.refused({ insertDimension: { range: rows(15, 16) } })).toContain('requests[0].insertDimension');
    expect(await client.refused({ insertDimension: { range: rows(0, 1), inheritFromBefore: true } })).toContain(
      'inheritFromBefore',
    );
  });

  it('[F2] deleting rows or columns makes it that much smaller; never the last one', async () => {
    const client = testClient({ rows: 10, columns: 5 });
    await client.batch({ deleteDimension: { range: rows(7, 10) } }, { deleteDimension: { range: columns(0, 1) } });
    expect([client.tab.rowCount, client.tab.columnCount]).toEqual([7, 4]);
    expect(await client.refused({ deleteDimension: { range: rows(0, 7) } })).toBe(
      "Invalid requests[0].deleteDimension: You can't delete all the rows on the sheet.",
    );
    expect(await client.refused({ deleteDimension: { range: rows(6, 8) } })).toBe(
      "Invalid requests[0].deleteDimension: Cannot delete a row that doesn't exist. Tried to delete row index 7 but there are only 7 rows.",
    );
    expect(client.tab.rowCount).toBe(7);
  });

  it('[F3] in a sort blanks come last, ascending and descending', async () => {
    const client = testClient();
    await client.put('A1:B4', [
      [2, 'two'],
      ['', 'blank'],
      [3, 'three'],
      [1, 'one'],
    ]);
    await client.batch(sort('ASCENDING', 5));
    expect(await client.values('B1:B4')).toEqual([['one'], ['two'], ['three'], ['blank']]);
    await client.batch(sort('DESCENDING', 5));
    expect(await client.values('B1:B4')).toEqual([['three'], ['two'], ['one'], ['blank']]);
  });

  it('[F4] in a sort numbers come before text, text before booleans, those before errors', async () => {
    const client = testClient();
    await client.put('A1:A7', [[true], ['b'], [10], ['=1/0'], ['1/1/1900'], [false], ['a']]);
    await client.batch(sort('ASCENDING', 7));
    expect((await client.values('A1:A7')).flat()).toEqual(['1/1/1900', '10', 'a', 'b', 'FALSE', 'TRUE', '#DIV/0!']);
  });

  it('[F5] a sort does not look at case, and keeps the order of equals', async () => {
    const client = testClient();
    await client.put('A1:B6', [
      ['b', 1],
      ['A', 2],
      ['B', 3],
      ['a', 4],
      ['Ä', 5],
      ['c', 6],
    ]);
    await client.batch(sort('ASCENDING', 6));
    expect((await client.values('B1:B6')).flat()).toEqual(['2', '4', '5', '1', '3', '6']);
    await client.batch(sort('DESCENDING', 6));
    expect((await client.values('B1:B6')).flat()).toEqual(['6', '1', '3', '5', '2', '4']);
  });

  it('[F6] m/d/y dates are read in the order of the locale', async () => {
    const client = testClient();
    await client.put('A1:F1', [['1/2/2020', '12/31/99', '2/30/2020', '3/4', '1/2/2020 3:04 PM', '13/1/2020']]);
    expect(await client.values('A1:F1', serial)).toEqual([
      [43832, 36525, '2/30/2020', 45355, 43832 + (15 * 60 + 4) / 1440, '13/1/2020'],
    ]);
    expect(await client.values('A1:E1')).toEqual([['1/2/2020', '12/31/99', '2/30/2020', '3/4', '1/2/2020 3:04 PM']]);
    const german = testClient({ workbook: { locale: 'de_DE' } });
    await german.put('A1:C1', [['02.01.2020', '1,5', '1.234,5']]);
    expect(await german.values('A1:C1', serial)).toEqual([[43832, 1.5, 1234.5]]);
    expect(await german.values('A1:C1')).toEqual([['02.01.2020', '1,5', '1.234,50']]);
  });

  it('[F7] a percentage is a hundredth with a percent format', async () => {
    const client = testClient();
    await client.put('A1:C1', [['5%', '12.5%', '-0.1%']]);
    expect(await client.values('A1:C1', serial)).toEqual([[0.05, 0.125, -0.001]]);
    expect(await client.values('A1:C1')).toEqual([['5%', '12.50%', '-0.10%']]);
  });

  it('[F8] an amount of the currency of the locale is a number with a currency format', async () => {
    const client = testClient();
    await client.put('A1:D1', [['$100.15', '$1,234', '-$5', '€5']]);
    expect(await client.values('A1:D1', serial)).toEqual([[100.15, 1234, -5, '€5']]);
    expect(await client.values('A1:D1')).toEqual([['$100.15', '$1,234', '-$5', '€5']]);
    const { body } = await client.call(
      'GET',
      '?ranges=A1&fields=sheets.data.rowData.values.userEnteredFormat.numberFormat',
    );
    expect(body.sheets[0].data[0].rowData[0].values[0].userEnteredFormat.numberFormat.type).toBe('CURRENCY');
  });

  it('[F9] a leading apostrophe makes text of what follows, and is not part of it', async () => {
    const client = testClient();
    await client.put('A1:C1', [["'007", "'=1+1", "''x"]]);
    expect(await client.values('A1:C1', serial)).toEqual([['007', '=1+1', "'x"]]);
    expect(await client.values('A1:C1', 'valueRenderOption=FORMULA')).toEqual([['007', '=1+1', "'x"]]);
    await client.put('A2', [["'007"]], 'RAW');
    expect(await client.values('A2')).toEqual([["'007"]]);
  });

  it('[F10] batchUpdate applies every request or none', async () => {
    const client = testClient();
    await client.put('A1', [['kept']]);
    const message = await client.refused(
      {
        updateCells: {
          range: grid(1, 1, 1, 1),
          rows: [{ values: [{ userEnteredValue: { stringValue: 'lost' } }] }],
          fields: 'userEnteredValue',
        },
      },
      { insertDimension: { range: rows(0, 1) } },
      { addSheet: { properties: { title: 'New' } } },
      {
        createDeveloperMetadata: {
          developerMetadata: { metadataKey: 'k', visibility: 'DOCUMENT', location: { spreadsheet: true } },
        },
      },
      { deleteDimension: { range: { ...rows(0, 1), sheetId: 77 } } },
    );
    expect(message).toBe('Invalid requests[4].deleteDimension: No grid with id: 77');
    expect(await client.values('A1')).toEqual([['kept']]);
    expect(client.workbook.tabs.map((tab) => [tab.title, tab.rowCount])).toEqual([['Sheet1', 1000]]);
    expect(client.workbook.metadata).toEqual([]);
  });

  it('[F11] INSERT_ROWS puts new rows in for the appended data; OVERWRITE writes over what is below', async () => {
    const seed = [['h1', 'h2'], ['a', 'b'], [], [], ['below', 'other']];
    const append = (option: string) => `/values/A1:append?valueInputOption=RAW&insertDataOption=${option}`;
    const client = testClient();
    await client.put('A1:B5', seed);
    const { body } = await client.call('POST', append('INSERT_ROWS'), { values: [['c'], ['d'], ['e']] });
    expect(body).toMatchObject({
      tableRange: 'Sheet1!A1:B2',
      updates: { updatedRange: 'Sheet1!A3:A5', updatedRows: 3 },
    });
    expect(await client.values('A1:A9')).toEqual([['h1'], ['a'], ['c'], ['d'], ['e'], [], [], ['below']]);
    expect(client.tab.rowCount).toBe(1003);
    const other = testClient();
    await other.put('A1:B5', seed);
    await other.call('POST', append('OVERWRITE'), { values: [['c'], ['d'], ['e']] });
    expect(await other.values('A1:A9')).toEqual([['h1'], ['a'], ['c'], ['d'], ['e']]);
    expect(other.tab.rowCount).toBe(1000);
  });

  it('[F12] a block that leaves the given range is refused, and nothing is written', async () => {
    const client = testClient({ rows: 20, columns: 5 });
    const tall = await client.call('PUT', '/values/A1:B2?valueInputOption=RAW', { values: [[1], [2], [3]] });
    expect(tall.status).toBe(400);
    expect(tall.body.error.message).toBe('Requested writing within range [Sheet1!A1:B2], but tried writing to row [3]');
    const wide = await client.call('PUT', '/values/A1:B2?valueInputOption=RAW', { values: [[1, 2, 3]] });
    expect(wide.body.error.message).toBe(
      'Requested writing within range [Sheet1!A1:B2], but tried writing to column [C]',
    );
    expect(await client.values('Sheet1')).toBeUndefined();
    const beyond = await client.call('PUT', '/values/A20?valueInputOption=RAW', { values: [[1], [2]] });
    expect(beyond.body.error.message).toBe('Range (Sheet1!A20:A21) exceeds grid limits. Max rows: 20, max columns: 5');
    expect(
      (
        await client.call('PUT', '/values/C3?valueInputOption=RAW', {
          values: [
            [1, 2],
            [3, 4],
          ],
        })
      ).body.updatedRange,
    ).toBe('Sheet1!C3:D4');
  });

  it('[F13] valueInputOption has no default', async () => {
    const client = testClient();
    for (const [method, path, body] of [
      ['PUT', '/values/A1', { values: [[1]] }],
      ['POST', '/values/A1:append', { values: [[1]] }],
      ['POST', '/values:batchUpdate', { data: [{ range: 'A1', values: [[1]] }] }],
    ] as const) {
      const answer = await client.call(method, path, body);
      expect(answer.status).toBe(400);
      expect(answer.body.error).toEqual({
        code: 400,
        message: "'valueInputOption' is required but not specified",
        status: 'INVALID_ARGUMENT',
      });
    }
    expect(await client.values('Sheet1')).toBeUndefined();
  });

  it('[F14] two sheets cannot have one title, whatever the case', async () => {
    const client = testClient();
    const refusal = 'already exists. Please enter another name.';
    expect(await client.refused({ addSheet: { properties: { title: 'sheet1' } } })).toContain(refusal);
    await client.batch({ addSheet: { properties: { title: 'Other', sheetId: 9 } } });
    expect(
      await client.refused({ updateSheetProperties: { properties: { sheetId: 9, title: 'Sheet1' }, fields: 'title' } }),
    ).toBe(`Invalid requests[0].updateSheetProperties: A sheet with the name "Sheet1" ${refusal}`);
    expect(client.workbook.tabs.map((tab) => tab.title)).toEqual(['Sheet1', 'Other']);
  });

  it('[F15] clear takes values and formulas, and keeps notes, formats and validation', async () => {
    const client = testClient();
    await client.put('A1:B1', [['$5', '=1+1']]);
    client.tab.setNote(1, 1, 'a note');
    client.tab.setNote(1, 2, 'on a formula');
    client.tab.setBackground({ top: 1, left: 1, bottom: 1, right: 1 }, '#FF0000');
    const rule = { condition: { type: 'NUMBER_GREATER', values: [{ userEnteredValue: '1' }] } };
    await client.batch({ setDataValidation: { range: grid(1, 1, 1, 1), rule } });
    const { body } = await client.call('POST', '/values/A1:B1:clear');
    expect(body.clearedRange).toBe('Sheet1!A1:B1');
    expect(await client.values('A1:B1', 'valueRenderOption=FORMULA')).toBeUndefined();
    expect([client.tab.note(1, 1), client.tab.background(1, 1), client.tab.numberFormat(1, 1)]).toEqual([
      'a note',
      '#ff0000',
      '"$"#,##0',
    ]);
    expect(client.tab.note(1, 2)).toBe('on a formula');
    expect(client.tab.validation(1, 1)).toEqual(rule);
  });

  it('[F16] a merge keeps the top left value and drops those it covers', async () => {
    const client = testClient();
    await client.put('A1:C2', [
      ['a', 'b', 'c'],
      ['d', '=1+1', 'f'],
    ]);
    await client.batch({ mergeCells: { range: grid(1, 1, 2, 2), mergeType: 'MERGE_ALL' } });
    expect(await client.values('A1:C2')).toEqual([
      ['a', '', 'c'],
      ['', '', 'f'],
    ]);
    await client.batch({ unmergeCells: { range: grid(1, 1, 2, 2) } });
    expect(await client.values('A1:C2')).toEqual([
      ['a', '', 'c'],
      ['', '', 'f'],
    ]);
    await client.put('A4:B5', [
      [1, 2],
      [3, 4],
    ]);
    await client.batch({ mergeCells: { range: grid(4, 1, 5, 2), mergeType: 'MERGE_COLUMNS' } });
    expect(await client.values('A4:B5')).toEqual([['1', '2']]);
  });
});
