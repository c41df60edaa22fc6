import { afterEach, describe, expect, it } from 'vitest';
import { createRestServer, type RestServer } from './server.ts';
import { grid, testClient } from './test-client.ts';

const note = (text: string) => ({
  updateCells: { range: grid(1, 1, 1, 1), rows: [{ values: [{ note: text }] }], fields: 'note' },
});

describe('errors', () => {
  it.each<[string, 'GET' | 'PUT' | 'POST', string, unknown, number, string]>([
    ['a range that cannot be parsed', 'GET', '/values/Nowhere!A1', undefined, 400, 'Unable to parse range: Nowhere!A1'],
    ['a range with a row of 0', 'GET', '/values/A0', undefined, 400, 'Unable to parse range: A0'],
    [
      'a start beyond the grid',
      'GET',
      '/values/A1001',
      undefined,
      400,
      'Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26',
    ],
    ['no requests', 'POST', ':batchUpdate', {}, 400, 'Must specify at least one request.'],
    [
      'an unknown kind',
      'POST',
      ':batchUpdate',
      { requests: [{ paint: {} }] },
      400,
      'Invalid JSON payload received. Unknown name "paint" at \'requests[0]\': Cannot find field.',
    ],
    [
      'a cell that is a list',
      'PUT',
      '/values/A1?valueInputOption=RAW',
      { values: [[[1]]] },
      400,
      'Invalid data.values[0][0]: list_value {\n}\n',
    ],
    [
      'a row that is no list',
      'PUT',
      '/values/A1?valueInputOption=RAW',
      { values: ['x'] },
      400,
      'Invalid value at \'data.values[0]\' (type.googleapis.com/google.protobuf.ListValue), "x"',
    ],
    [
      'an option out of its list',
      'GET',
      '/values/A1?valueRenderOption=PLAIN',
      undefined,
      400,
      'Invalid value at \'valueRenderOption\' (type.googleapis.com/google.apps.sheets.v4.ValueRenderOption), "PLAIN"',
    ],
    [
      'the last visible sheet',
      'POST',
      ':batchUpdate',
      { requests: [{ deleteSheet: { sheetId: 0 } }] },
      400,
      "Invalid requests[0].deleteSheet: You can't remove all the visible sheets in a document.",
    ],
    [
      'fields left out',
      'POST',
      ':batchUpdate',
      { requests: [{ repeatCell: { range: grid(1, 1, 1, 1), cell: {} } }] },
      400,
      "Invalid requests[0].repeatCell: At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
    ],
    [
      'text longer than a cell may hold',
      'PUT',
      '/values/A1?valueInputOption=RAW',
      { values: [['x'.repeat(50_001)]] },
      400,
      'Your input contains more than the maximum of 50000 characters in a single cell.',
    ],
  ])('%s', async (_, method, path, body, status, message) => {
    const answer = await testClient().call(method, path, body);
    expect(answer.body.error.message).toBe(message);
    expect([answer.status, answer.body.error.code]).toEqual([status, status]);
  });

  it('a body that is not JSON, and a path that is no method', async () => {
    const client = testClient();
    expect((await client.call('POST', ':batchUpdate', '{"requests":')).body.error.status).toBe('INVALID_ARGUMENT');
    const response = await client.server.fetch(new Request('http://sheets.test/v4/spreadsheets'));
    expect(response.status).toBe(404);
  });

  it('a spreadsheet that is not there, a token that is missing, a person without rights', async () => {
    const client = testClient({
      authorize: (request, _, access) => {
        const who = request.headers.get('authorization');
        if (!who) return 'unauthenticated';
        return who === 'reader' && access === 'write' ? 'forbidden' : { email: who };
      },
    });
    expect((await client.call('GET', '')).body.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
    expect((await client.call('GET', '', undefined, { authorization: 'reader' })).status).toBe(200);
    const refused = await client.call('POST', '/values/A1:clear', {}, { authorization: 'reader' });
    expect(refused.body).toEqual({
      error: { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' },
    });
  });
});

describe('values', () => {
  it('are rendered formatted, unformatted and as formulas; blanks at the ends are left out', async () => {
    const client = testClient();
    await client.put('B2:D3', [
      ['$1', '=B2*2', 'TRUE'],
      ['2020-01-01', '', ''],
    ]);
    expect(await client.values('A1:Z9')).toEqual([[], ['', '$1', '$2', 'TRUE'], ['', '2020-01-01']]);
    expect(await client.values('A1:Z9', 'valueRenderOption=UNFORMATTED_VALUE')).toEqual([
      [],
      ['', 1, 2, true],
      ['', 43831],
    ]);
    expect(await client.values('A1:Z9', 'valueRenderOption=FORMULA')).toEqual([
      [],
      ['', 1, '=B2*2', true],
      ['', 43831],
    ]);
    expect(
      await client.values('B3', 'valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=FORMATTED_STRING'),
    ).toEqual([['2020-01-01']]);
    expect(await client.values('B2:D3', 'majorDimension=COLUMNS')).toEqual([['$1', '2020-01-01'], ['$2'], ['TRUE']]);
  });

  it('null leaves a cell as it is, an empty string empties it; COLUMNS writes downwards', async () => {
    const client = testClient();
    await client.put('A1:C1', [['a', 'b', 'c']]);
    const answer = await client.put('A1:C1', [[null, '', 'x']]);
    expect(answer.updatedCells).toBe(2);
    expect(await client.values('A1:C1')).toEqual([['a', '', 'x']]);
    await client.call('PUT', '/values/A5?valueInputOption=RAW', { values: [[1, 2, 3]], majorDimension: 'COLUMNS' });
    expect(await client.values('A5:A7')).toEqual([['1'], ['2'], ['3']]);
  });

  it('RAW keeps text that looks like something else; USER_ENTERED reads it', async () => {
    const client = testClient();
    const typed = ['=1+1', '007', '1/2/2020', 'TRUE', '5%'];
    await client.put('A1:E1', [typed], 'RAW');
    expect(await client.values('A1:E1', 'valueRenderOption=UNFORMATTED_VALUE')).toEqual([typed]);
    await client.put('A1:E1', [typed]);
    expect(await client.values('A1:E1', 'valueRenderOption=UNFORMATTED_VALUE')).toEqual([[2, 7, 43832, true, 0.05]]);
  });

  it('includeValuesInResponse answers what now stands there', async () => {
    const client = testClient();
    const path =
      '/values/A1:B1?valueInputOption=USER_ENTERED&includeValuesInResponse=true&responseValueRenderOption=UNFORMATTED_VALUE';
    const { body } = await client.call('PUT', path, { values: [['=2*3', '5%']] });
    expect(body.updatedData).toEqual({ range: 'Sheet1!A1:B1', majorDimension: 'ROWS', values: [[6, 0.05]] });
  });

  it('values:batchUpdate counts rows and columns once, and writes nothing when one range is wrong', async () => {
    const client = testClient();
    const data = [
      { range: 'A1:B1', values: [[1, 2]] },
      { range: 'Sheet1!A2', values: [[3]] },
    ];
    const good = await client.call('POST', '/values:batchUpdate', { valueInputOption: 'RAW', data });
    expect(good.body).toMatchObject({
      totalUpdatedRows: 2,
      totalUpdatedColumns: 2,
      totalUpdatedCells: 3,
      totalUpdatedSheets: 1,
    });
    const bad = await client.call('POST', '/values:batchUpdate', {
      valueInputOption: 'RAW',
      data: [
        { range: 'A1', values: [['new']] },
        { range: 'Gone!A1', values: [[1]] },
      ],
    });
    expect(bad.status).toBe(400);
    expect(await client.values('A1')).toEqual([['1']]);
  });

  it('an append looks for the last table of the range (the cases of the API guide)', async () => {
    const tables = async () => {
      const client = testClient();
      await client.put('A1:C2', [
        ['x', 'y', 'z'],
        ['x', 'y', 'z'],
      ]);
      await client.put('B4:D5', [
        ['x', 'y', ''],
        ['', 'y', 'z'],
      ]);
      await client.put('B6', [['x']]);
      return client;
    };
    const cases: [string, string][] = [
      ['Sheet1', 'B7'],
      ['B4', 'B7'],
      ['C5:D5', 'B7'],
      ['B2:D4', 'B7'],
      ['A3:G10', 'B7'],
      ['A1', 'A3'],
      ['E4', 'E4'],
      ['A4', 'A4'],
      ['B5', 'B7'],
    ];
    for (const [range, start] of cases) {
      const client = await tables();
      const { body } = await client.call('POST', `/values/${range}:append?valueInputOption=RAW`, { values: [['new']] });
      expect([range, body.updates.updatedRange]).toEqual([range, `Sheet1!${start}`]);
    }
  });

  it('an append grows the grid', async () => {
    const client = testClient({ rows: 2, columns: 2 });
    await client.put('A1:B2', [
      [1, 2],
      [3, 4],
    ]);
    const { body } = await client.call('POST', '/values/A1:append?valueInputOption=RAW', { values: [[5, 6, 7]] });
    expect(body.updates.updatedRange).toBe('Sheet1!A3:C3');
    expect([client.tab.rowCount, client.tab.columnCount]).toEqual([3, 3]);
  });

  it('batchClear empties each range', async () => {
    const client = testClient();
    await client.put('A1:C1', [[1, 2, 3]]);
    const { body } = await client.call('POST', '/values:batchClear', { ranges: ['A1', 'Sheet1!C:C'] });
    expect(body.clearedRanges).toEqual(['Sheet1!A1', 'Sheet1!C1:C1000']);
    expect(await client.values('A1:C1')).toEqual([['', '2']]);
  });
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
      ['=1+1', 'x'],
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
      [2, 'x'],
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
    const part = await client.call('GET', '?ranges=B2:C3&fields=sheets.data(startRow,startColumn)');
    expect(part.body).toEqual({ sheets: [{ data: [{ startRow: 1, startColumn: 1 }] }] });
  });
});

describe('quota, faults and latency', () => {
  let server: RestServer | undefined;
  afterEach(() => server?.close());

  it('answers 429 when the budget of the minute is spent, for reads and writes apart; a batch counts as one', async () => {
    let now = 0;
    const client = testClient({
      now: () => now,
      quota: { readsPerMinute: 9, readsPerMinutePerUser: 2, writesPerMinute: 9, writesPerMinutePerUser: 1 },
    });
    expect((await client.call('GET', '/values:batchGet?ranges=A1&ranges=A2&ranges=A3')).status).toBe(200);
    expect((await client.call('GET', '')).status).toBe(200);
    const over = await client.call('GET', '');
    expect(over.status).toBe(429);
    expect(over.body.error).toMatchObject({
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ reason: 'RATE_LIMIT_EXCEEDED' }, {}],
    });
    expect(over.body.error.message).toBe(
      "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of service 'sheets.googleapis.com' for consumer 'project_number:1'.",
    );
    expect((await client.call('POST', '/values/A1:clear')).status).toBe(200);
    expect((await client.call('POST', '/values/A1:clear')).status).toBe(429);
    now = 60_000;
    expect((await client.call('GET', '')).status).toBe(200);
  });

  it('a fault before the effect prevents it, one after does not', async () => {
    const client = testClient();
    client.server.settings.fault = () => ({ when: 'before', status: 503 });
    expect((await client.call('PUT', '/values/A1?valueInputOption=RAW', { values: [['x']] })).body.error).toMatchObject(
      { code: 503, status: 'UNAVAILABLE' },
    );
    delete client.server.settings.fault;
    expect(await client.values('A1')).toBeUndefined();
    client.server.settings.fault = () => ({ when: 'after', status: 'drop' });
    await expect(client.call('PUT', '/values/A1?valueInputOption=RAW', { values: [['x']] })).rejects.toThrow('dropped');
    delete client.server.settings.fault;
    expect(await client.values('A1')).toEqual([['x']]);
  });

  it('a dropped answer breaks the connection, and latency delays answers', async () => {
    server = createRestServer({
      documents: {
        find: () => undefined,
        create: () => {
          throw new Error('not here');
        },
      },
    });
    const root = await server.listen();
    server.settings.latency = 30;
    const started = performance.now();
    expect((await fetch(`${root}v4/spreadsheets/none`)).status).toBe(404);
    expect(performance.now() - started).toBeGreaterThanOrEqual(28);
    server.settings.fault = () => ({ when: 'before', status: 'drop' });
    await expect(fetch(`${root}v4/spreadsheets/none`)).rejects.toThrow();
  });
});
