import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TabState } from '../../addon/src/rpc.ts';
import type { Cell } from '../../shared/cell.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import type { LocalGoogle } from '../google/local-google.ts';
import type { SheetDocument } from '../google/script/documents.ts';
import type { ScriptInstall } from '../google/script/install.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { AddonLab, PEOPLE } from './support/addon-lab.ts';
import type { ScriptedHub } from './support/scripted-hub.ts';

/** What the sidebar's calls, a cycle and an edit do to a spreadsheet. */

let lab: AddonLab;
let google: LocalGoogle;
let hub: ScriptedHub;
let document: SheetDocument;
let tab: Tab;
let install: ScriptInstall;

const HEADERS = PEOPLE.rows[0]!.map(String);

beforeAll(async () => {
  lab = await AddonLab.build();
});
afterAll(() => lab.close());

beforeEach(async () => {
  await lab.renewGoogle();
  await lab.open(PEOPLE);
  ({ google, hub, document, tab, install } = lab);
});

const call: AddonLab['call'] = (name, ...args) => lab.call(name, ...args);
const linkAndStart = () => lab.link();

const update = (key: string, column: string, base: Cell, value: Cell): Offer => ({
  id: `o-${key}-${column}`,
  key,
  kind: 'update',
  cells: [{ column, base, value }],
});

const sync = () => call('syncNow', tab.id);

describe('the sidebar’s calls', () => {
  it('tell an unlinked tab with its headers, and who is asking', async () => {
    const state = await call('state');
    expect(state).toMatchObject({ kind: 'unlinked', headers: HEADERS, rows: 3, admin: true });
    expect(hub.sent[0]!.token).toMatch(/^Bearer ey/);
  });

  it('propose a table from all rows, dates as dates', async () => {
    const { columns } = await call('proposal', tab.id);
    expect(columns.map(({ header, type, key }) => [header, type, key])).toEqual([
      ['id', 'bigint', true],
      ['name', 'text', false],
      ['born', 'date', false],
      ['score', 'numeric', false],
    ]);
  });

  it('link a tab: columns are tagged, nothing is written, and starting sets up the triggers', async () => {
    const columns = HEADERS.map((header) => ({ header, column: header, direction: 'both' as const }));
    const linked = await call('link', tab.id, { schema: 'public', table: 'people', columns });
    expect(linked).toMatchObject({ kind: 'linked', link: { state: 'preview' } });
    expect(HEADERS.map((_, index) => tab.columnMetadata(index + 1).map(({ key, value }) => [key, value]))).toEqual(
      HEADERS.map((_, index) => [['tandem.column', `c${index + 1}`]]),
    );
    expect((await call('preview', tab.id)).complete).toBe(true);
    expect(install.counters.cellWrites).toBe(0);
    expect(install.triggers).toHaveLength(0);
    const { state } = await call('start', tab.id, { winner: 'sheet' });
    expect(install.triggers.map(({ handler }) => handler).sort()).toEqual(['onSheetChange', 'onSheetEdit', 'tick']);
    expect((state as Extract<TabState, { kind: 'linked' }>).schedule).toMatchObject({
      health: 'running',
      everyMinutes: 1,
      ownedByMe: true,
    });
  });

  it('name the cell of a row that needs a person', async () => {
    await linkAndStart();
    hub.problems = [{ key: '2', status: 'rejected', code: 'refused', column: 'score', message: 'Too high.' }];
    expect(await call('state')).toMatchObject({ problems: [{ cell: 'D3', header: 'score', message: 'Too high.' }] });
    hub.problems = [{ key: '3', status: 'held', code: 'held', column: 'name', message: 'Both sides changed it.' }];
    expect(await call('state')).toMatchObject({ problems: [{ cell: 'B4', header: 'name' }] });
    hub.problems = [{ key: '9', status: 'held', code: 'held', column: null, message: 'Gone.' }];
    expect(await call('state')).toMatchObject({ problems: [{ cell: null, header: null }] });
  });

  it('find the link again after the document’s properties were wiped', async () => {
    await linkAndStart();
    install.project.documentProperties(document.id).clear();
    expect(await call('state')).toMatchObject({ kind: 'linked' });
    expect((await sync()).said).toBe('Nothing new on either side.');
  });

  it('an unlinked tab keeps its contents and loses tags, memory and triggers', async () => {
    await linkAndStart();
    await call('unlink', tab.id);
    expect(tab.columnMetadata(1)).toEqual([]);
    expect(install.triggers).toEqual([]);
    expect(tab.value(2, 2)).toBe('Ann');
    expect(await call('state')).toMatchObject({ kind: 'unlinked' });
  });
});

describe('a cycle', () => {
  it('[I7] with nothing to do is one read, one call and no write, by the trigger too', async () => {
    await linkAndStart();
    for (let n = 0; n < 3; n++) {
      const before = install.counters.snapshot();
      await google.advance(60_000);
      expect(install.counters.since(before)).toMatchObject({
        executions: 1,
        reads: 1,
        partialReads: 0,
        formulaReads: 0,
        cellWrites: 0,
        formatWrites: 0,
        noteWrites: 0,
        calls: 1,
      });
    }
    expect(install.failures).toEqual([]);
  });

  it('[I17] writes text that looks like something else as the text it is, and never a formula', async () => {
    await linkAndStart();
    const texts = ['007', '1-2', 'TRUE', '$100.15', '=1+1', '+1', '-A1', '@x', "'quoted", ' spaced '];
    for (const text of texts) {
      const base = tab.value(2, 2) as string | null;
      hub.offers = [update('1', 'c2', base, text)];
      await sync();
      const outcome = hub.acks.at(-1)!.results[0]!.cells['c2']!;
      expect(tab.formula(2, 2)).toBe('');
      if (outcome.outcome === 'applied') expect(outcome.readback).toBe(tab.value(2, 2));
      else expect(tab.value(2, 2)).toBe(base);
      if (!/^['\s]/.test(text)) expect([text, outcome]).toEqual([text, { outcome: 'applied', readback: text }]);
    }
  });

  it('writes dates, times, numbers, booleans and blanks, and reads them back as they were sent', async () => {
    await linkAndStart();
    const values: Cell[] = [
      { date: '2024-02-29' },
      { date: '2024-10-27T02:30:00' },
      { date: '13:05:00' },
      12.25,
      -3,
      true,
      null,
      { date: '1890-01-01' },
    ];
    let base: Cell = { date: '1990-05-17' };
    for (const value of values) {
      hub.offers = [update('1', 'c3', base, value)];
      await sync();
      expect(hub.acks.at(-1)!.results[0]!.cells['c3']).toEqual({ outcome: 'applied', readback: value });
      base = value;
    }
  });

  it('[I14] leaves formulas alone', async () => {
    await linkAndStart();
    tab.setInput(2, 4, '=2+2');
    hub.offers = [update('1', 'c4', 4, 9)];
    await sync();
    expect(hub.acks.at(-1)!.results[0]!.cells['c4']).toMatchObject({ outcome: 'formula' });
    expect(tab.formula(2, 4)).toBe('=2+2');
  });

  it('reports the one cell that validation refuses, and writes its neighbours', async () => {
    await linkAndStart();
    tab.setValidation(
      { top: 3, left: 4, bottom: 3, right: 4 },
      { condition: { type: 'NUMBER_LESS', values: [{ userEnteredValue: '100' }] }, strict: true },
    );
    hub.offers = [update('1', 'c4', 1.5, 500), update('2', 'c4', 2, 500), update('3', 'c4', 3, 500)];
    await sync();
    expect(hub.acks.at(-1)!.results.map(({ cells }) => cells['c4']!.outcome)).toEqual([
      'applied',
      'invalid',
      'applied',
    ]);
    expect([2, 3, 4].map((row) => tab.value(row, 4))).toEqual([500, 2, 500]);
  });

  it('notes a refused cell and puts back what a person had there', async () => {
    await linkAndStart();
    tab.setNote(2, 4, 'ask Ann');
    tab.setBackground({ top: 2, left: 4, bottom: 2, right: 4 }, '#00ff00');
    hub.marks = [{ key: '1', column: 'c4', message: 'Tandem: The score must be below 100.' }];
    await sync();
    expect(tab.note(2, 4)).toBe('Tandem: The score must be below 100.');
    const { prior, done } = hub.acks.at(-1)!.marked[0]!;
    expect({ prior, done }).toEqual({ prior: { note: 'ask Ann', background: '#00ff00' }, done: true });
    // A second reason replaces the first, and our own note is not taken for a person's.
    hub.marks = [{ key: '1', column: 'c4', message: 'Tandem: It must be a number.' }];
    await sync();
    expect(tab.note(2, 4)).toBe('Tandem: It must be a number.');
    expect(hub.acks.at(-1)!.marked[0]!.prior.note).toMatch(/^Tandem: /);
    hub.marks = [{ key: '1', column: 'c4', message: null, restore: prior }];
    await sync();
    expect([tab.note(2, 4), tab.background(2, 4)]).toEqual(['ask Ann', '#00ff00']);
  });

  it('adds rows at the bottom and deletes from below, tints left behind', async () => {
    await linkAndStart();
    const row = (key: number): Offer => ({
      id: `i${key}`,
      key: String(key),
      kind: 'insert',
      cells: [
        { column: 'c1', base: null, value: key },
        { column: 'c2', base: null, value: `New ${key}` },
      ],
    });
    hub.marks = [{ key: '3', column: 'c2', message: 'Tandem: Wrong.' }];
    await sync();
    hub.offers = [row(10), row(11)];
    await sync();
    expect([5, 6].map((n) => [tab.value(n, 1), tab.value(n, 2), tab.background(n, 2)])).toEqual([
      [10, 'New 10', null],
      [11, 'New 11', null],
    ]);
    const gone = (key: string, cells: [string, Cell][]): Offer => ({
      id: `d${key}`,
      key,
      kind: 'delete',
      cells: cells.map(([column, base]) => ({ column, base, value: null })),
    });
    hub.offers = [
      gone('2', [
        ['c1', 2],
        ['c2', 'Bob'],
        ['c3', { date: '1985-01-02' }],
        ['c4', 2],
      ]),
      gone('10', [
        ['c1', 10],
        ['c2', 'New 10'],
        ['c3', null],
        ['c4', null],
      ]),
    ];
    await sync();
    expect([2, 3, 4, 5].map((n) => tab.value(n, 1))).toEqual([1, 3, 11, null]);
  });

  it('the first rows of an empty tab do not look like its headers, and a tab can be emptied again', async () => {
    tab.deleteRows(2, tab.rowCount - 2);
    tab.clearContent({ top: 2, left: 1, bottom: 2, right: 4 });
    tab.setBackground({ top: 1, left: 1, bottom: 1, right: 4 }, '#ffff00');
    await linkAndStart();
    const cells = (value: Cell) => [{ column: 'c1', base: value === null ? 1 : null, value }];
    hub.offers = [{ id: 'i', key: '1', kind: 'insert', cells: cells(1) }];
    await sync();
    expect([tab.value(2, 1), tab.background(2, 1), tab.background(1, 1)]).toEqual([1, null, '#ffff00']);
    tab.deleteRows(3, tab.rowCount - 2);
    hub.offers = [{ id: 'd', key: '1', kind: 'delete', cells: cells(null) }];
    await sync();
    expect([tab.value(1, 1), tab.value(2, 1)]).toEqual(['id', null]);
  });

  it('goes on where a column was inserted in the middle, and unmapped columns keep their content [I18]', async () => {
    await linkAndStart();
    tab.insertColumns(2, 1);
    tab.setInput(2, 2, 'mine');
    hub.offers = [update('1', 'c2', 'Ann', 'Anna')];
    await sync();
    expect([tab.value(2, 2), tab.value(2, 3)]).toEqual(['mine', 'Anna']);
  });
});

describe('an edit', () => {
  it('pushes its row at once, and nothing else', async () => {
    await linkAndStart();
    google.person('ann@example.com').type(tab, 'B3', 'Bobby');
    await google.idle();
    expect(hub.pushes.map(({ scope, rows }) => [scope, rows.map(({ key, cells }) => [key, cells['c2']])])).toEqual([
      ['rows', [['2', 'Bobby']]],
    ]);
    expect(install.failures).toEqual([]);
  });
});
