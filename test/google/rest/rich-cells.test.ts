import { describe, expect, it } from 'vitest';
import { chosen } from '../workbook/unconfirmed.ts';
import { grid, testClient, type TestClient } from './test-client.ts';

/** What stands in cells besides values, and over them, as the API takes and tells it. Sources in FIDELITY.md. */

const write = (row: number, column: number, cell: object, fields: string) => ({
  updateCells: { range: grid(row, column, row, column), rows: [{ values: [cell] }], fields },
});
const text = (stringValue: string) => ({ userEnteredValue: { stringValue } });

/** CellData of one cell. */
async function cell(client: TestClient, name: string, fields: string) {
  const { body } = await client.call('GET', `?ranges=${name}&fields=sheets.data.rowData.values(${fields})`);
  return body.sheets[0].data[0].rowData?.[0].values[0];
}

describe('runs of text', () => {
  it('are written, told with the first at 0, and erased by a new value', async () => {
    const client = testClient();
    const runs = [
      { format: { bold: true, foregroundColorStyle: { rgbColor: { red: 1 } } } },
      { startIndex: 4, format: {} },
      { startIndex: 5, format: { link: { uri: 'https://example.com' } } },
    ];
    await client.batch(write(1, 1, { ...text('bold link'), textFormatRuns: runs }, 'userEnteredValue,textFormatRuns'));
    const told = await cell(client, 'A1', 'textFormatRuns,hyperlink,formattedValue');
    expect(told.formattedValue).toBe('bold link');
    expect(told.textFormatRuns.map((run: { startIndex?: number }) => run.startIndex)).toEqual([undefined, 4, 5]);
    expect(told.textFormatRuns[0].format).toMatchObject({ bold: true, foregroundColor: { red: 1 } });
    expect([told.textFormatRuns[2].format.link.uri, told.hyperlink]).toEqual(['https://example.com', undefined]);
    await client.batch(
      write(1, 1, { textFormatRuns: [{ format: { link: { uri: 'https://a.b' } } }] }, 'textFormatRuns'),
    );
    expect((await cell(client, 'A1', 'hyperlink')).hyperlink).toBe('https://a.b');
    await client.put('A1', [['bold link']]);
    expect(await cell(client, 'A1', 'textFormatRuns,hyperlink')).toEqual({});
  });

  it('are refused on numbers and with fields that no TextFormat has', async () => {
    const client = testClient();
    const bold = [{ format: { bold: true } }];
    const number = { userEnteredValue: { numberValue: 5 }, textFormatRuns: bold };
    expect(await client.refused(write(1, 1, number, 'userEnteredValue,textFormatRuns'))).toMatch(/Only text/);
    const odd = { ...text('x'), textFormatRuns: [{ format: { blink: true } }] };
    expect(await client.refused(write(1, 1, odd, 'userEnteredValue,textFormatRuns'))).toMatch(/blink/);
  });
});

describe('smart chips', () => {
  const person = { personProperties: { email: 'ann.lee@example.com' } };
  const file = { richLinkProperties: { uri: 'https://docs.google.com/document/d/1/edit' } };
  const fields = 'userEnteredValue,chipRuns';

  it('stand for the placeholders of the text, and are told with the runs between them', async () => {
    const client = testClient();
    const runs = [{ chip: person }, { startIndex: 18, chip: file }];
    await client.batch(write(1, 1, { ...text('@ is the owner of @.'), chipRuns: runs }, fields));
    const all = 'userEnteredValue,effectiveValue,formattedValue,chipRuns';
    const told = await cell(client, 'A1', all);
    expect(told).toMatchObject({
      ...text('@ is the owner of @.'),
      effectiveValue: { stringValue: '@ is the owner of @.' },
      formattedValue: 'Ann Lee is the owner of Untitled document.',
    });
    expect(told.chipRuns.map((run: { startIndex?: number }) => run.startIndex)).toEqual([undefined, 1, 18, 19]);
    expect(told.chipRuns[0].chip.personProperties.email).toBe('ann.lee@example.com');
    expect([told.chipRuns[1].chip, told.chipRuns[2].chip]).toEqual([{}, file]);
    expect(await client.values('A1')).toEqual([['Ann Lee is the owner of Untitled document.']]);
    client.workbook.unconfirmed = { ...chosen, chipsReadAsPlaceholders: false };
    const other = await cell(client, 'A1', all);
    expect(other.effectiveValue.stringValue).toBe('Ann Lee is the owner of Untitled document.');
    expect(other.chipRuns[2].startIndex).toBe(24);
    await client.put('A1', [['Ann Lee']]);
    expect(await cell(client, 'A1', 'chipRuns')).toEqual({});
  });

  it('need their placeholder, an address and a link to Drive', async () => {
    const client = testClient();
    const refused = (value: object, chipRuns: object[], mask = fields) =>
      client.refused(write(1, 1, { ...value, chipRuns }, mask));
    expect(await refused(text('no'), [{ chip: person }])).toMatch(/placeholder/);
    expect(await refused(text('@'), [{ chip: person }, { startIndex: 0, chip: person }])).toMatch(/placeholder/);
    expect(await refused(text('@'), [{ chip: { personProperties: {} } }])).toMatch(/email/);
    const elsewhere = { richLinkProperties: { uri: 'https://maps.google.com/x' } };
    expect(await refused(text('@'), [{ chip: elsewhere }])).toMatch(/Drive/);
    for (const given of [{}, text('@')]) {
      expect(await refused(given, [{ chip: person }], 'chipRuns')).toMatch(/userEnteredValue/);
    }
    const format = { personProperties: { email: 'a.b@c.de', displayFormat: 'LAST_NAME_COMMA_FIRST_NAME' } };
    await client.batch(write(1, 1, { ...text('@'), chipRuns: [{ chip: format }] }, fields));
    expect(await client.values('A1')).toEqual([['B, A']]);
  });
});

describe('pivot tables', () => {
  const pivotTable = {
    source: grid(1, 1, 3, 2),
    rows: [{ sortOrder: 'ASCENDING', showTotals: true }],
    values: [{ sourceColumnOffset: 1, summarizeFunction: 'SUM' }],
  };

  it('stand in their first cell alone; the others show values that nobody entered', async () => {
    const client = testClient();
    await client.put('A1:B3', [
      ['k', 'n'],
      ['a', 1],
      ['b', 2],
    ]);
    await client.batch(write(1, 4, { pivotTable }, 'pivotTable'));
    expect(await client.values('D1:E4')).toEqual([
      ['k', 'SUM of n'],
      ['a', '1'],
      ['b', '2'],
      ['Grand Total', '3'],
    ]);
    const all = 'userEnteredValue,effectiveValue,pivotTable(source,rows)';
    const [anchor, result] = [await cell(client, 'D1', all), await cell(client, 'E3', all)];
    expect(anchor).toEqual({
      effectiveValue: { stringValue: 'k' },
      pivotTable: {
        source: { startRowIndex: 0, endRowIndex: 3, startColumnIndex: 0, endColumnIndex: 2 },
        rows: pivotTable.rows,
      },
    });
    expect(result).toEqual({ effectiveValue: { numberValue: 2 } });
    await client.call('POST', '/values/E2:E3:clear', {});
    expect(await client.values('E2')).toEqual([['1']]);
    expect(await client.refused({ mergeCells: { range: grid(2, 4, 3, 4) } })).toMatch(/part of a pivot table/);
    await client.batch(write(1, 4, {}, 'pivotTable'));
    expect(await client.values('D1:E4')).toBeUndefined();
  });

  it('refuse by name what is not drawn here', async () => {
    const client = testClient();
    const refused = (change: object) => client.refused(write(1, 4, { pivotTable: { ...pivotTable, ...change } }, '*'));
    expect(await refused({ filterSpecs: [] })).toMatch(/pivotTable.filterSpecs/);
    expect(await refused({ values: [{ summarizeFunction: 'CUSTOM' }] })).toMatch(/CUSTOM/);
    expect(await refused({ columns: [{}, {}] })).toMatch(/column groups/);
    expect(await refused({ source: undefined })).toMatch(/source/);
  });
});

describe('tables', () => {
  const table = {
    tableId: 't1',
    name: 'Tasks',
    range: grid(1, 1, 3, 2),
    columnProperties: [
      { columnName: 'due', columnType: 'DATE' },
      { columnIndex: 1, columnName: 'share', columnType: 'PERCENT' },
    ],
  };

  it('are added, told, changed and deleted with their content', async () => {
    const client = testClient();
    const { replies } = await client.batch({ addTable: { table } });
    const { tableId, columnProperties } = replies[0].addTable.table;
    expect([tableId, columnProperties]).toEqual(['t1', table.columnProperties]);
    await client.put('A2:B2', [[45000, 0.5]], 'RAW');
    expect(await client.values('A1:B2')).toEqual([
      ['due', 'share'],
      ['3/15/2023', '50.00%'],
    ]);
    const format = { userEnteredFormat: { numberFormat: { type: 'TEXT' } } };
    const refused = { repeatCell: { range: grid(2, 1, 2, 1), cell: format, fields: 'userEnteredFormat.numberFormat' } };
    expect(await client.refused(refused)).toMatch(/number format of cells in a typed column/);
    const rule = { condition: { type: 'BLANK' } };
    expect(await client.refused({ setDataValidation: { range: grid(2, 1, 2, 1), rule } })).toMatch(/typed columns/);
    expect(await client.refused({ setBasicFilter: { filter: { range: grid(1, 1, 3, 2) } } })).toMatch(
      /intersects a table/,
    );
    const number = { userEnteredValue: { stringValue: 'soon' } };
    await client.batch({ appendCells: { tableId: 't1', rows: [{ values: [number] }], fields: 'userEnteredValue' } });
    expect([client.tab.tables[0]!.area.bottom, client.tab.isInvalid(4, 1)]).toEqual([4, true]);
    await client.batch({ updateTable: { table: { tableId: 't1', name: 'Jobs' }, fields: 'name' } });
    const { body } = await client.call('GET', '?fields=sheets.tables(name,range)');
    expect(body.sheets[0].tables).toEqual([
      { name: 'Jobs', range: { startRowIndex: 0, endRowIndex: 4, startColumnIndex: 0, endColumnIndex: 2 } },
    ]);
    await client.batch({ deleteTable: { tableId: 't1' } });
    expect([await client.values('A1:B4'), client.tab.tables]).toEqual([undefined, []]);
  });

  it('need a list for a drop-down column, and take none elsewhere', async () => {
    const client = testClient();
    const refused = (column: object) =>
      client.refused({ addTable: { table: { ...table, columnProperties: [{ columnName: 'x', ...column }] } } });
    expect(await refused({ columnType: 'DROPDOWN' })).toMatch(/ONE_OF_LIST/);
    const dataValidationRule = { condition: { type: 'ONE_OF_LIST', values: [] } };
    expect(await refused({ columnType: 'TEXT', dataValidationRule })).toMatch(/ONE_OF_LIST/);
    expect(await refused({ columnType: 'COLOR' })).toMatch(/columnType/);
    expect(client.tab.tables).toEqual([]);
  });
});

describe('what lies over cells', () => {
  it('is told as given, moves along, and hides nothing from a read', async () => {
    const client = testClient();
    await client.put('A1:A3', [['n'], [1], [2]]);
    const filter = { title: 'Mine', range: grid(1, 1, 3, 1), criteria: { 0: { hiddenValues: ['2'] } } };
    const band = { rowProperties: { firstBandColor: { red: 1 } } };
    const rule = { booleanRule: { condition: { type: 'BLANK' }, format: { textFormat: { bold: true } } } };
    const { replies } = await client.batch(
      { addFilterView: { filter } },
      { addSlicer: { slicer: { spec: { dataRange: grid(1, 1, 3, 1), title: 'S' } } } },
      { addBanding: { bandedRange: { range: grid(1, 1, 3, 1), ...band } } },
      { addConditionalFormatRule: { rule: { ranges: [grid(2, 1, 3, 1)], ...rule } } },
      { insertDimension: { range: { sheetId: 0, dimension: 'ROWS', startIndex: 0, endIndex: 1 } } },
    );
    const { filterViewId } = replies[0].addFilterView.filter;
    const fields = 'sheets(filterViews,slicers,bandedRanges,conditionalFormats)';
    const { body } = await client.call('GET', `?fields=${fields}`);
    const [sheet] = body.sheets;
    expect(sheet.filterViews).toMatchObject([
      { filterViewId, title: 'Mine', range: { startRowIndex: 1, endRowIndex: 4 } },
    ]);
    expect(sheet.slicers[0].spec).toMatchObject({ title: 'S', dataRange: { startRowIndex: 1 } });
    expect(sheet.bandedRanges[0]).toMatchObject({ range: { startRowIndex: 1 }, ...band });
    expect(sheet.conditionalFormats).toMatchObject([{ ranges: [{ startRowIndex: 2, endRowIndex: 4 }], ...rule }]);
    expect(await client.values('A2:A4')).toEqual([['n'], ['1'], ['2']]);
    await client.batch(
      { updateFilterView: { filter: { filterViewId, title: 'Ours' }, fields: 'title' } },
      { duplicateFilterView: { filterId: filterViewId } },
      { deleteBanding: { bandedRangeId: sheet.bandedRanges[0].bandedRangeId } },
      { deleteConditionalFormatRule: { sheetId: 0, index: 0 } },
      { deleteFilterView: { filterId: filterViewId } },
    );
    const after = (await client.call('GET', `?fields=${fields}`)).body.sheets[0];
    expect(after.filterViews.map(({ title }: { title: string }) => title)).toEqual(['Copy of Ours']);
    expect(Object.keys(after).sort()).toEqual(['filterViews', 'slicers']);
    expect(await client.refused({ deleteFilterView: { filterId: filterViewId } })).toMatch(/No filter view with id/);
    expect(await client.refused({ deleteBanding: { bandedRangeId: 1 } })).toMatch(/No banded range/);
  });
});
