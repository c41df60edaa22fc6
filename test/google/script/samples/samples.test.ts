import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { play, type Play } from '../play.ts';

/** Scripts that use the services as published ones do: menus, selections, mappers, schedules. */

const sample = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
let played: Play | undefined;
afterEach(async () => {
  await played?.google.close();
  played = undefined;
});

const values = ({ tab }: Play): unknown[][] => {
  const { rows, columns } = tab.dataExtent();
  return rows === 0 ? [] : tab.rawValues(1, 1, rows, columns);
};

describe('a script that tidies a sheet', () => {
  it('removes what is empty in the selection, fills down, crops, and finds duplicates', async () => {
    const playing = (played = await play(sample('tidy.gs'), { asAddon: true }));
    const { person, document, tab, install, run } = playing;
    expect(install.menus[0]!.items.map((item) => item.caption)).toEqual([
      'Remove empty rows', 'Remove empty columns', '', 'Fill down', 'Crop to data',
    ]); // prettier-ignore
    tab.setInputs(1, 1, [
      ['Team', '', 'Name'],
      ['red', '', 'Ann'],
      ['', '', ''],
      ['', '', 'Bob'],
      ['blue', '', 'Cem'],
      ['blue', '', 'Cem'],
    ]);
    person.select(tab, 'A1:C6');
    await person.clickMenu(document, 'Remove empty rows');
    await person.clickMenu(document, 'Remove empty columns');
    person.select(tab, 'A2');
    await person.clickMenu(document, 'Fill down');
    await person.clickMenu(document, 'Crop to data');
    expect(values(playing)).toEqual([
      ['Team', 'Name'],
      ['red', 'Ann'],
      ['red', 'Bob'],
      ['blue', 'Cem'],
      ['blue', 'Cem'],
    ]);
    expect([tab.rowCount, tab.columnCount, install.toasts]).toEqual([
      5,
      2,
      [{ message: '1 rows removed', title: 'Tidy' }],
    ]);
    expect(await run('unique')).toBe(1);
    expect(values(playing)).toHaveLength(4);
  });
});

describe('a script that draws a tournament', () => {
  it('reads a named list and draws on a sheet of its own', async () => {
    const { person, document, tab, install } = (played = await play(sample('bracket.gs')));
    document.workbook.renameTab(tab, 'Teams');
    tab.setInputs(1, 1, [['Team'], ['Reds']]);
    document.workbook.namedRanges = [
      { id: '1', name: 'FirstTeam', tabId: tab.id, area: { top: 2, left: 1, bottom: 2, right: 1 } },
    ];
    const said: string[] = [];
    install.onDialog = ({ text }) => (said.push(text), { button: 'OK' });
    await person.clickMenu(document, 'Draw');
    expect([said, document.workbook.tabs.length]).toEqual([['At least two teams are needed.'], 1]);
    tab.setInputs(3, 1, [['Blues'], ['Greens']]);
    await person.clickMenu(document, 'Draw');
    const draw = document.workbook.tabByTitle('Draw')!;
    expect([1, 3, 5, 7].map((row) => draw.value(row, 1))).toEqual(['Reds', 'Blues', 'Greens', 'bye']);
    expect([draw.background(4, 5), draw.background(2, 2), draw.background(3, 2), draw.frozenColumns]).toEqual([
      '#ffff00',
      '#008000',
      '#008000',
      1,
    ]);
    expect(document.selectionOf(person.account).sheet).toBe(draw.id);
  });
});

describe('a script that maps rows to objects', () => {
  it.each([[{}], [{ rowShift: 2, columnShift: 1 }]])(
    'finds, adds, changes and removes rows, shifted by %j',
    async (options) => {
      const playing = (played = await play(sample('records.gs')));
      const { document, tab, run } = playing;
      document.workbook.renameTab(tab, 'Agents');
      const { rowShift = 0, columnShift = 0 } = options as { rowShift?: number; columnShift?: number };
      tab.setInputs(1 + rowShift, 1 + columnShift, [
        ['#', 'First Name', 'Gender', 'Age'],
        [1, 'Charles', 'Male', 32],
        [2, 'Tess', 'Female', 45],
      ]);
      expect(await run('agents', options)).toEqual({
        columns: ['#', 'First Name', 'Gender', 'Age'],
        added: 3,
        found: ['Charles'],
        ages: [34, 42],
        ids: [1, 3],
        last: { '#': 3, 'First Name': 'Tracy', Gender: 'Female', Age: 42 },
        missing: 'Record not found [id=2]',
      });
    },
  );

  it('may throw text', async () => {
    played = await play(sample('records.gs'));
    await expect(played.run('lost')).rejects.toThrow('thrown as text');
  });
});

describe('a script that imports a file on a schedule', () => {
  it('is set up in a sidebar, fetches hourly, and tells what fails', async () => {
    const { google, document, install, run } = (played = await play(sample('import.gs'), {
      html: { 'setup.html': sample('setup.html') },
      timeZone: 'Europe/Berlin',
    }));
    let fetched = 0;
    let status = 200;
    google.network.interceptor = () => {
      fetched++;
      return Promise.resolve({
        status,
        headers: { 'Content-Type': 'text/csv' },
        body: Buffer.from('name,n\r\n"a, b",1\r\nc,2\r\n'),
      });
    };
    await install.clickMenu('Set up');
    expect(install.sidebar).toMatchObject({
      title: 'Import',
      width: 300,
      html: '<form>\n  <input name="url" value="" /><b>Imported</b>\n</form>\n',
    });
    expect(await run('saveSettings', { url: 'https://x.test/a?b=1', sheet: 'In', hours: 1 })).toBe(1);
    expect(await run('saveSettings', { url: 'https://x.test/a?b=1', sheet: 'In', hours: 1 })).toBe(1);
    await google.advance(3_600_000);
    const tab = document.workbook.tabByTitle('In')!;
    expect(tab.rawValues(1, 1, 3, 3)).toEqual([
      ['name', 'n', null],
      ['a, b', 1, 2],
      ['c', 2, 4],
    ]);
    expect([tab.formula(3, 3), tab.note(1, 1)]).toEqual(['=B3*2', '2 rows, 2026-01-05 11:00']);
    await install.clickMenu('Import now');
    expect([fetched, install.log]).toEqual([1, ['imported 2 rows by trigger', 'imported 2 rows by hand']]);
    status = 503;
    await google.advance(3_600_000);
    expect([fetched, install.failures.map(({ error }) => error.message)]).toEqual([
      2,
      ['The file cannot be read (503).'],
    ]);
  });
});
