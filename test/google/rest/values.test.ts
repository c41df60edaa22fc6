import { describe, expect, it } from 'vitest';
import { testClient } from './test-client.ts';

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

  it('rows that are empty within the range are left out at its end', async () => {
    const client = testClient();
    await client.put('A1:B5', [['x'], [], [], [], ['', 'far below']]);
    expect(await client.values('A1:A5')).toEqual([['x']]);
    expect(await client.values('A2:A5')).toBeUndefined();
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
      { range: 'C1:C2', values: [[4], [5]] },
    ];
    const good = await client.call('POST', '/values:batchUpdate', { valueInputOption: 'RAW', data });
    expect(good.body).toMatchObject({
      totalUpdatedRows: 2,
      totalUpdatedColumns: 3,
      totalUpdatedCells: 5,
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

  it('cells that touch by a corner are one table', async () => {
    const client = testClient();
    await client.put('A1:B2', [['x'], ['', 'y']]);
    await client.put('D4', [['apart']]);
    const { body } = await client.call('POST', '/values/A1:append?valueInputOption=RAW', { values: [['new']] });
    expect(body).toMatchObject({ tableRange: 'Sheet1!A1:B2', updates: { updatedRange: 'Sheet1!A3' } });
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
