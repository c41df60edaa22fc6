import { auth, sheets } from 'googleapis/build/src/apis/sheets/index.js';
import { afterEach, describe, expect, it } from 'vitest';
import { Workbook } from '../workbook/workbook.ts';
import { createRestServer, type RestServer } from './server.ts';

let server: RestServer | undefined;
afterEach(() => server?.close());

describe("Google's own client", () => {
  it('works by rootUrl alone: create, write, read, batch, errors', async () => {
    const documents = new Map<string, Workbook>();
    const seen: string[] = [];
    server = createRestServer({
      documents: {
        find: (id) => documents.get(id),
        create: (options) => {
          const made = new Workbook(options);
          documents.set(made.id, made);
          return made;
        },
      },
      authorize: (request) => {
        const token = request.headers.get('authorization');
        seen.push(token ?? '');
        return token === 'Bearer ada' ? { email: 'ada@example.com' } : 'unauthenticated';
      },
    });
    const rootUrl = await server.listen();
    const client = new auth.OAuth2();
    client.setCredentials({ access_token: 'ada' });
    const api = sheets({ version: 'v4', rootUrl, auth: client });
    const created = await api.spreadsheets.create({ requestBody: { properties: { title: 'Made here' } } });
    const spreadsheetId = created.data.spreadsheetId!;
    expect(created.data.sheets?.[0]?.properties?.title).toBe('Sheet1');
    await api.spreadsheets.values.update({
      spreadsheetId,
      range: 'Sheet1!A1:B2',
      valueInputOption: 'USER_ENTERED',
      requestBody: {
        values: [
          ['name', 'n'],
          ['Ünï / +code', '=1+1'],
        ],
      },
    });
    const read = await api.spreadsheets.values.batchGet({
      spreadsheetId,
      ranges: ['Sheet1!A2:B2', 'A1'],
      valueRenderOption: 'UNFORMATTED_VALUE',
    });
    expect(read.data.valueRanges?.map((range) => range.values)).toEqual([[['Ünï / +code', 2]], [['name']]]);
    await api.spreadsheets.batchUpdate({
      spreadsheetId,
      requestBody: { requests: [{ addSheet: { properties: { title: 'Über / 1+1' } } }] },
    });
    await api.spreadsheets.values.append({
      spreadsheetId,
      range: "'Über / 1+1'!A1",
      valueInputOption: 'RAW',
      requestBody: { values: [['x']] },
    });
    const got = await api.spreadsheets.values.get({ spreadsheetId, range: "'Über / 1+1'!A1:B2" });
    expect(got.data).toEqual({ range: "'Über / 1+1'!A1:B2", majorDimension: 'ROWS', values: [['x']] });
    await expect(api.spreadsheets.get({ spreadsheetId: 'nowhere' })).rejects.toMatchObject({
      status: 404,
      message: 'Requested entity was not found.',
    });
    client.setCredentials({ access_token: 'mallory' });
    await expect(api.spreadsheets.get({ spreadsheetId })).rejects.toMatchObject({ status: 401 });
    expect(new Set(seen)).toEqual(new Set(['Bearer ada', 'Bearer mallory']));
  });
});
