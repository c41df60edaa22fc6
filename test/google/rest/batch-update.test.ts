import { describe, expect, it } from 'vitest';
import { grid, testClient } from './test-client.ts';

const note = (text: string) => ({
  updateCells: { range: grid(1, 1, 1, 1), rows: [{ values: [{ note: text }] }], fields: 'note' },
});

describe('batchUpdate', () => {
  it('moves dimensions, and what points at them follows', async () => {
    const client = testClient();
    await client.put('A1:C2', [
      ['a', 'b', '=A2'],
      [1, 2, 3],
    ]);
    const range = (startIndex: number, endIndex: number) => ({
      sheetId: 0,
      dimension: 'COLUMNS',
      startIndex,
      endIndex,
    });
    await client.batch(
      {
        createDeveloperMetadata: {
          developerMetadata: {
            metadataId: 7,
            metadataKey: 'col',
            metadataValue: 'A',
            visibility: 'DOCUMENT',
            location: { dimensionRange: range(0, 1) },
          },
        },
      },
      { moveDimension: { source: range(0, 1), destinationIndex: 3 } },
    );
    expect(await client.values('A1:C2', 'valueRenderOption=FORMULA')).toEqual([
      ['b', '=C2', 'a'],
      [2, 3, 1],
    ]);
    const { body } = await client.call('GET', '/developerMetadata/7');
    expect(body.location.dimensionRange).toEqual({ dimension: 'COLUMNS', startIndex: 2, endIndex: 3 });
    await client.batch({ insertDimension: { range: range(0, 2) } });
    expect((await client.call('GET', '/developerMetadata/7')).body.location.dimensionRange.startIndex).toBe(4);
    await client.batch({ deleteDimension: { range: range(4, 5) } });
    expect((await client.call('GET', '/developerMetadata/7')).status).toBe(404);
  });

  it('moves rows: the destination is an index from before the move', async () => {
    const client = testClient();
    await client.put('A1:A5', [['a'], ['b'], ['c'], ['d'], ['e']]);
    const move = (startIndex: number, endIndex: number, destinationIndex: number) => ({
      moveDimension: { source: { sheetId: 0, dimension: 'ROWS', startIndex, endIndex }, destinationIndex },
    });
    await client.batch(move(0, 2, 4));
    expect((await client.values('A1:A5')).flat()).toEqual(['c', 'd', 'a', 'b', 'e']);
    await client.batch(move(4, 5, 0));
    expect((await client.values('A1:A5')).flat()).toEqual(['e', 'c', 'd', 'a', 'b']);
  });

  it('row metadata follows insert, delete and sortRange', async () => {
    const client = testClient();
    await client.put('A1:A3', [[3], [2], [1]]);
    const location = { dimensionRange: { sheetId: 0, dimension: 'ROWS', startIndex: 2, endIndex: 3 } };
    await client.batch({
      createDeveloperMetadata: { developerMetadata: { metadataKey: 'row', visibility: 'DOCUMENT', location } },
    });
    await client.batch({ sortRange: { range: grid(1, 1, 3, 1), sortSpecs: [{ dimensionIndex: 0 }] } });
    const lookup = { dataFilters: [{ developerMetadataLookup: { metadataKey: 'row' } }] };
    const at = async () =>
      (await client.call('POST', '/developerMetadata:search', lookup)).body.matchedDeveloperMetadata[0]
        .developerMetadata.location.dimensionRange.startIndex;
    expect(await at()).toBe(0);
    await client.batch({ insertDimension: { range: { sheetId: 0, dimension: 'ROWS', startIndex: 0, endIndex: 4 } } });
    expect(await at()).toBe(4);
  });

  it('metadata is found by key, place and data filter, updated and deleted', async () => {
    const client = testClient();
    await client.put('A1:B2', [
      ['id', 'name'],
      [1, 'x'],
    ]);
    const column = (startIndex: number) => ({
      dimensionRange: { sheetId: 0, dimension: 'COLUMNS', startIndex, endIndex: startIndex + 1 },
    });
    const add = (metadataKey: string, metadataValue: string, location: object) => ({
      createDeveloperMetadata: { developerMetadata: { metadataKey, metadataValue, visibility: 'DOCUMENT', location } },
    });
    await client.batch(
      add('c', 'one', column(0)),
      add('c', 'two', column(1)),
      add('s', '', { sheetId: 0 }),
      add('d', '', { spreadsheet: true }),
    );
    const search = async (developerMetadataLookup: object) => {
      const { body } = await client.call('POST', '/developerMetadata:search', {
        dataFilters: [{ developerMetadataLookup }],
      });
      return (body.matchedDeveloperMetadata ?? []).map(
        (m: { developerMetadata: { metadataKey: string; metadataValue: string } }) =>
          m.developerMetadata.metadataKey + (m.developerMetadata.metadataValue ?? ''),
      );
    };
    expect(await search({ metadataKey: 'c' })).toEqual(['cone', 'ctwo']);
    expect(await search({ locationType: 'SHEET' })).toEqual(['s']);
    expect(await search({ metadataLocation: column(1) })).toEqual(['ctwo']);
    const filter = { developerMetadataLookup: { metadataKey: 'c', metadataValue: 'two' } };
    const read = await client.call('POST', '/values:batchGetByDataFilter', { dataFilters: [filter] });
    expect(read.body.valueRanges[0].valueRange).toEqual({
      range: 'Sheet1!B1:B1000',
      majorDimension: 'ROWS',
      values: [['name'], ['x']],
    });
    const write = {
      valueInputOption: 'RAW',
      data: [{ dataFilter: { gridRange: grid(2, 1, 2, 2) }, values: [[9, 'y']] }],
    };
    expect((await client.call('POST', '/values:batchUpdateByDataFilter', write)).body.responses[0].updatedRange).toBe(
      'Sheet1!A2:B2',
    );
    expect(await client.values('A2:B2')).toEqual([['9', 'y']]);
    await client.batch({
      updateDeveloperMetadata: {
        dataFilters: [filter],
        developerMetadata: { metadataValue: 'three' },
        fields: 'metadataValue',
      },
    });
    expect(await search({ metadataKey: 'c' })).toEqual(['cone', 'cthree']);
    await client.batch({ deleteDeveloperMetadata: { dataFilter: { developerMetadataLookup: { metadataKey: 'c' } } } });
    expect(await search({})).toEqual(['s', 'd']);
    await client.call('POST', '/values:batchClearByDataFilter', { dataFilters: [{ a1Range: 'A2' }] });
    expect(await client.values('A2:B2')).toEqual([['', 'y']]);
  });

  it('a protected range refuses everybody but its editors and the owner', async () => {
    const client = testClient({
      workbook: { owner: 'owner@x' },
      authorize: (request) => ({ email: request.headers.get('authorization') ?? 'owner@x' }),
    });
    await client.batch({
      addProtectedRange: { protectedRange: { range: grid(1, 1, 2, 2), editors: { users: ['ed@x'] } } },
    });
    const write = (who: string, range: string) =>
      client.call('PUT', `/values/${range}?valueInputOption=RAW`, { values: [['x']] }, { authorization: who });
    expect((await write('ed@x', 'A1')).status).toBe(200);
    expect((await write('owner@x', 'A1')).status).toBe(200);
    expect((await write('eve@x', 'C1')).status).toBe(200);
    const refused = await write('eve@x', 'B2');
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain('You are trying to edit a protected cell or object.');
    const clear = await client.call('POST', '/values/A1:clear', {}, { authorization: 'eve@x' });
    expect(clear.status).toBe(400);
    expect(await client.values('A1')).toEqual([['x']]);
    // Lines that reach into it, too; and it says to whom it is closed.
    const line = (dimension: string, startIndex: number) => ({
      requests: [{ deleteDimension: { range: { sheetId: 0, dimension, startIndex, endIndex: startIndex + 1 } } }],
    });
    const remove = async (dimension: string, at: number, who: string) =>
      (await client.call('POST', ':batchUpdate', line(dimension, at), { authorization: who })).status;
    expect(await remove('ROWS', 1, 'eve@x')).toBe(400);
    expect(await remove('COLUMNS', 1, 'eve@x')).toBe(400);
    expect(await remove('ROWS', 5, 'eve@x')).toBe(200);
    const fields = '?fields=sheets(protectedRanges(requestingUserCanEdit))';
    const told = async (who: string) => (await client.call('GET', fields, undefined, { authorization: who })).body;
    expect(await told('ed@x')).toEqual({ sheets: [{ protectedRanges: [{ requestingUserCanEdit: true }] }] });
    expect(JSON.stringify(await told('eve@x'))).not.toContain('requestingUserCanEdit');
    // Nor does a row come to stand within one.
    const range = grid(1, 1, 3, 2);
    await client.batch({ addProtectedRange: { protectedRange: { range, editors: { users: ['ed@x'] } } } });
    const insert = async (startIndex: number, who: string) => {
      const place = { sheetId: 0, dimension: 'ROWS', startIndex, endIndex: startIndex + 1 };
      const body = { requests: [{ insertDimension: { range: place, inheritFromBefore: true } }] };
      return (await client.call('POST', ':batchUpdate', body, { authorization: who })).status;
    };
    expect([await insert(2, 'eve@x'), await insert(2, 'ed@x'), await insert(4, 'eve@x')]).toEqual([400, 200, 200]);
  });

  it('adds, renames, moves, duplicates and deletes sheets', async () => {
    const client = testClient();
    await client.put('A1:B1', [['x', '=A1']]);
    const added = await client.batch({
      addSheet: { properties: { sheetId: 5, title: 'Two', index: 0, gridProperties: { rowCount: 3, columnCount: 4 } } },
    });
    expect(added.replies[0].addSheet.properties).toEqual({
      sheetId: 5,
      title: 'Two',
      index: 0,
      sheetType: 'GRID',
      gridProperties: { rowCount: 3, columnCount: 4 },
    });
    const copy = await client.batch({ duplicateSheet: { sourceSheetId: 0, newSheetId: 8 } });
    expect(copy.replies[0].duplicateSheet.properties).toMatchObject({ sheetId: 8, title: 'Copy of Sheet1', index: 2 });
    await client.put("'Copy of Sheet1'!A1", [['changed']]);
    expect(await client.values('Sheet1!A1:B1')).toEqual([['x', 'x']]);
    expect(await client.values("'Copy of Sheet1'!A1:B1")).toEqual([['changed', 'changed']]);
    await client.batch(
      { deleteSheet: { sheetId: 5 } },
      { updateSheetProperties: { properties: { sheetId: 8, index: 0, title: 'First' }, fields: 'index,title' } },
    );
    expect(client.workbook.tabs.map((tab) => tab.title)).toEqual(['First', 'Sheet1']);
  });

  it('updateCells writes literally, formulas only by formulaValue, and only the fields named', async () => {
    const client = testClient();
    await client.batch(note('kept'));
    const values = [
      { userEnteredValue: { stringValue: '=1+1' } },
      { userEnteredValue: { formulaValue: '=1+1' } },
      { userEnteredValue: { numberValue: 5 }, note: 'not named' },
    ];
    await client.batch({
      updateCells: {
        start: { sheetId: 0, rowIndex: 0, columnIndex: 0 },
        rows: [{ values }],
        fields: 'userEnteredValue',
      },
    });
    expect(await client.values('A1:C1', 'valueRenderOption=UNFORMATTED_VALUE')).toEqual([['=1+1', 2, 5]]);
    expect([client.tab.note(1, 1), client.tab.note(1, 3), client.tab.formula(1, 1)]).toEqual(['kept', '', '']);
    expect(
      await client.refused({ updateCells: { range: grid(1, 1, 1, 1), rows: [{ values }], fields: '*' } }),
    ).toContain('outside of the range');
  });

  it('named ranges are readable by name and follow insertions', async () => {
    const client = testClient();
    await client.put('B2:B3', [['x'], ['y']]);
    const made = await client.batch({ addNamedRange: { namedRange: { name: 'things', range: grid(2, 2, 3, 2) } } });
    expect(
      await client.refused({ addNamedRange: { namedRange: { name: 'Things', range: grid(1, 1, 1, 1) } } }),
    ).toContain('already exists');
    await client.batch({ insertDimension: { range: { sheetId: 0, dimension: 'ROWS', startIndex: 0, endIndex: 1 } } });
    expect((await client.call('GET', '/values/things')).body).toMatchObject({
      range: 'Sheet1!B3:B4',
      values: [['x'], ['y']],
    });
    await client.batch({ deleteNamedRange: { namedRangeId: made.replies[0].addNamedRange.namedRange.namedRangeId } });
    expect((await client.call('GET', '/values/things')).status).toBe(400);
  });

  it('findReplace counts what it changed', async () => {
    const client = testClient();
    await client.put('A1:B2', [
      ['one two', 'One'],
      ['="one"', 'x'],
    ]);
    const { replies } = await client.batch({ findReplace: { find: 'one', replacement: '1', sheetId: 0 } });
    expect(replies[0].findReplace).toEqual({
      valuesChanged: 2,
      rowsChanged: 1,
      sheetsChanged: 1,
      occurrencesChanged: 2,
    });
    expect(await client.values('A1:B2', 'valueRenderOption=UNFORMATTED_VALUE')).toEqual([
      ['1 two', 1],
      ['one', 'x'],
    ]);
  });

  it('appendDimension and resizing change the grid; content beyond it is gone', async () => {
    const client = testClient({ rows: 5, columns: 3 });
    await client.put('C5', [['gone']]);
    await client.batch({ appendDimension: { sheetId: 0, dimension: 'ROWS', length: 5 } });
    const size = (rowCount: number) => ({
      updateSheetProperties: {
        properties: { sheetId: 0, gridProperties: { rowCount } },
        fields: 'gridProperties.rowCount',
      },
    });
    expect(client.tab.rowCount).toBe(10);
    await client.batch(size(4));
    await client.batch(size(6));
    expect(await client.values('A1:C6')).toBeUndefined();
  });
});

describe('spreadsheets.get', () => {
  it('gives cells only when asked, and the field mask decides', async () => {
    const client = testClient({ rows: 3, columns: 3 });
    await client.put('B2', [['=1/4']]);
    await client.batch(note('hello'));
    expect((await client.call('GET', '')).body.sheets[0].data).toBeUndefined();
    const { body } = await client.call('GET', '?includeGridData=true');
    const [first, second] = body.sheets[0].data[0].rowData;
    expect(first.values).toEqual([{ note: 'hello' }]);
    expect(second.values[1]).toMatchObject({
      userEnteredValue: { formulaValue: '=1/4' },
      effectiveValue: { numberValue: 0.25 },
      formattedValue: '0.25',
    });
    const masked = await client.call('GET', '?fields=sheets(properties(title),data/rowData/values/note)');
    expect(masked.body).toEqual({
      sheets: [
        {
          properties: { title: 'Sheet1' },
          data: [{ rowData: [{ values: [{ note: 'hello' }] }, { values: [{}, {}] }] }],
        },
      ],
    });
    await client.put('A3', [['passing']]);
    await client.put('A3', [['']]);
    expect((await client.call('GET', '?includeGridData=true')).body.sheets[0].data[0].rowData).toHaveLength(2);
    const part = await client.call('GET', '?ranges=B2:C3&fields=sheets.data(startRow,startColumn)');
    expect(part.body).toEqual({ sheets: [{ data: [{ startRow: 1, startColumn: 1 }] }] });
  });

  it('asked for ranges, tells of the merges and protections that meet them, and refuses one beyond the grid', async () => {
    const client = testClient();
    client.tab.merge({ top: 2, bottom: 3, left: 1, right: 1 });
    const closed = { warningOnly: false, editors: [], unprotected: [] };
    client.tab.protectedRanges = [
      { ...closed, id: 1, area: { left: 3, right: 3 } },
      { ...closed, id: 2, area: { top: 5, bottom: 5 } },
    ];
    const told = async (...areas: [number, number, number, number][]) => {
      const dataFilters = areas.map((area) => ({ gridRange: grid(...area) }));
      const { body } = await client.call('POST', ':getByDataFilter?fields=sheets(merges,protectedRanges)', {
        dataFilters,
      });
      const [sheet] = body.sheets as { merges?: unknown[]; protectedRanges?: { protectedRangeId: number }[] }[];
      return [sheet!.merges?.length ?? 0, (sheet!.protectedRanges ?? []).map((one) => one.protectedRangeId)];
    };
    expect(await told([1, 1, 1, 2])).toEqual([0, []]);
    expect(await told([3, 1, 3, 2])).toEqual([1, []]);
    expect(await told([1, 1, 1, 2], [4, 2, 5, 3])).toEqual([0, [1, 2]]);
    const { body } = await client.call('GET', '?fields=sheets(merges,protectedRanges)');
    expect([body.sheets[0].merges.length, body.sheets[0].protectedRanges.length]).toEqual([1, 2]);
    const beyond = { dataFilters: [{ gridRange: { sheetId: 0, startRowIndex: client.tab.rowCount } }] };
    const refused = await client.call('POST', ':getByDataFilter?fields=sheets.data', beyond);
    expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining('exceeds grid limits')]);
  });
});
