import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, type Demo } from '../google/demo/boot.ts';
import { tableStamp } from '../google/demo/table-rows.ts';
import { bootLinked, tickUntilInStep, type Booted } from './support/boot.ts';

/**
 * Every way in which a sheet or a table changes its shape under a running link, in one story through the built add-on:
 * each step begins and ends in step.
 */
const plants = [
  ['Id', 'Name', 'Planted', 'Height', 'Count', 'Remark'],
  ...Array.from({ length: 8 }, (_, n) => [
    `P${n + 1}`,
    `Plant ${n + 1}`,
    `${n + 1}/3/2024`,
    String(n + 0.5),
    String(n + 1),
    `remark ${n + 1}`,
  ]),
];
const TABLE = { schema: 'public', name: 'companies' };

let booted: Booted;
let demo: Demo;

beforeAll(async () => {
  booted = await bootLinked({ rows: plants });
  demo = booted.demo;
});
afterAll(() => booted?.close());

const person = () => demo.google.person(OWNER);

function columnOf(header: string): number {
  for (let column = 1; column <= demo.tab.columnCount; column++)
    if (demo.tab.value(1, column) === header) return column;
  throw new Error(`The sheet has no column ${header}.`);
}

function rowOf(id: string): number {
  const column = columnOf('Id');
  for (let row = 2; row <= demo.tab.dataExtent().rows; row++) if (demo.tab.value(row, column) === id) return row;
  throw new Error(`The sheet has no row ${id}.`);
}

const shown = (id: string, header: string) => demo.tab.value(rowOf(id), columnOf(header));

async function type(id: string, header: string, text: string): Promise<void> {
  demo.hands.type(rowOf(id), columnOf(header), text);
  await demo.idle();
}

async function state() {
  const now = await demo.sidebar.call('state');
  if (now.kind !== 'linked') throw new Error('The tab should be linked.');
  return now;
}

async function stored(id: string): Promise<Record<string, unknown>> {
  const [row] = await demo.sql`select to_json(c) as it from companies c where id = ${id}`;
  return (row?.['it'] ?? {}) as Record<string, unknown>;
}

/** Takes the mark off a column, as a copy of it or an older version of the sheet would lack it. */
function loseMark(header: string): void {
  const { workbook } = demo.spreadsheet;
  const index = columnOf(header);
  workbook.metadata = workbook.metadata.filter(
    ({ location }) => !(location.type === 'COLUMN' && location.tabId === demo.tab.id && location.index === index),
  );
}

/** Ticks, and answers the sentence the link is paused with; nothing may have been written. */
async function pausedBy(work: () => Promise<unknown> | void): Promise<string> {
  await work();
  await demo.idle();
  const stamp = await tableStamp(demo.sql, TABLE).catch(() => '');
  await demo.tick();
  await demo.tick();
  expect(await tableStamp(demo.sql, TABLE).catch(() => '')).toBe(stamp);
  const now = await state();
  expect(now.link.state).toBe('paused');
  return now.notices.find(({ code }) => code === 'paused')!.message;
}

/** The cause is gone: the link goes on by itself, and edits on both sides travel again. */
async function goesOn(work: () => Promise<unknown> | void, mark: string): Promise<void> {
  await work();
  await demo.idle();
  await demo.tick();
  expect((await state()).link.state).toBe('active');
  await type('P2', 'Remark', mark);
  await demo.sql`update companies set height = height + 1 where id = 'P3'`;
  await tickUntilInStep(demo, 4);
  expect(await stored('P2')).toMatchObject({ remark: mark });
}

describe('schema drift, through the built add-on', () => {
  it('follows a sheet column that is moved, one that is inserted, and one that is renamed', async () => {
    person().moveColumns(demo.tab, columnOf('Height'), 1, 2);
    person().insertColumns(demo.tab, 3, 1);
    await demo.idle();
    demo.hands.type(1, columnOf('Name'), 'Called');
    await demo.idle();
    await type('P1', 'Called', 'Rose');
    await type('P1', 'Height', '7.25');
    await demo.sql`update companies set name = 'Tulip' where id = 'P2'`;
    await tickUntilInStep(demo, 3);
    expect(await stored('P1')).toMatchObject({ name: 'Rose', height: 7.25 });
    expect(shown('P2', 'Called')).toBe('Tulip');
    expect((await state()).link.columns).toContain('Called');
  });

  it('follows a renamed column of the table, and offers one that was added', async () => {
    await demo.sql`alter table companies rename name to label`;
    await demo.sql`alter table companies add column colour text`;
    await type('P1', 'Called', 'Lily');
    await demo.sql`update companies set label = 'Iris', colour = 'blue' where id = 'P2'`;
    await tickUntilInStep(demo, 3);
    expect(await stored('P1')).toMatchObject({ label: 'Lily' });
    expect(shown('P2', 'Called')).toBe('Iris');
    expect((await state()).notices.map(({ code }) => code)).toContain('new_columns');

    const { state: after } = await demo.sidebar.call(
      'changeColumns',
      demo.tab.id,
      { add: [{ header: 'colour', to: { column: 'colour' } }] },
      ['colour'],
    );
    expect(after.kind === 'linked' && after.notices).toEqual([]);
    expect(shown('P2', 'colour')).toBe('blue');
    await type('P3', 'colour', 'red');
    await tickUntilInStep(demo, 3);
    expect(await stored('P3')).toMatchObject({ colour: 'red' });
  });

  it('offers a new column of the sheet, makes the table’s, and lets what is there travel as edits', async () => {
    const position = demo.tab.dataExtent().columns + 1;
    demo.hands.type(1, position, 'Weight (g)');
    demo.hands.type(rowOf('P4'), position, '12');
    demo.hands.type(rowOf('P5'), position, 'heavy');
    await demo.idle();
    await demo.tick();
    expect((await state()).newHeaders).toEqual(['Weight (g)']);
    const { others } = await demo.sidebar.call('columns', demo.tab.id);
    const weight = others.find(({ header }) => header === 'Weight (g)')!;
    expect(weight.evidence).toMatch(
      /1 of 2 is a whole number; 1 is text, for example [A-Z]+\d+ “heavy”; 6 are empty\./,
    );
    expect(weight.misfits.numeric).toMatchObject({ refused: 1, examples: [{ value: 'heavy' }] });
    await demo.sidebar.call('changeColumns', demo.tab.id, {
      add: [{ header: 'Weight (g)', to: { create: 'numeric' } }],
    });
    await demo.tick();
    expect(await stored('P4')).toMatchObject({ weight_g: 12 });
    expect(await stored('P5')).toMatchObject({ weight_g: null });
    expect(demo.tab.note(rowOf('P5'), columnOf('Weight (g)'))).toContain('must be a number');
    await type('P5', 'Weight (g)', '15');
    await tickUntilInStep(demo, 3);
    expect((await state()).newHeaders).toEqual([]);
  });

  it('finds a column that lost its mark by its header, and marks it again', async () => {
    loseMark('Remark');
    await demo.tick();
    await type('P4', 'Remark', 'found again');
    await tickUntilInStep(demo, 3);
    expect(await stored('P4')).toMatchObject({ remark: 'found again' });
    const index = columnOf('Remark');
    expect(
      demo.spreadsheet.workbook.metadata.some(({ location }) => location.type === 'COLUMN' && location.index === index),
    ).toBe(true);
  });

  it('[I13] sets a column aside that one side lacks, lets the others go on, and takes it up again', async () => {
    const before = await stored('P6');
    person().deleteColumns(demo.tab, columnOf('Height'), 1);
    await demo.idle();
    await demo.sql`update companies set height = 99 where id = 'P5'`;
    await demo.tick();
    expect((await state()).notices).toMatchObject([
      { code: 'column_suspended', message: expect.stringContaining('"Height"') },
    ]);
    expect(await stored('P6')).toEqual(before);
    expect(person().undo(demo.spreadsheet)).toBe(true);
    await demo.idle();
    await tickUntilInStep(demo, 4);
    expect((await state()).notices).toEqual([]);
    expect(shown('P6', 'Height')).toBe(before['height']);
    expect(shown('P5', 'Height')).toBe(99);

    // The same, but brought back by hand: an empty column of that name is no clearing of all its cells.
    person().deleteColumns(demo.tab, columnOf('Height'), 1);
    await demo.idle();
    await type('P6', 'Remark', 'without height');
    await demo.tick();
    expect(await stored('P6')).toMatchObject({ remark: 'without height', height: before['height'] });
    await demo.sql`update companies set height = null where id = 'P4'`;
    person().insertColumns(demo.tab, 2, 1);
    demo.hands.type(1, 2, 'Height');
    demo.hands.type(rowOf('P4'), 2, '44');
    await demo.idle();
    await tickUntilInStep(demo, 4);
    expect(shown('P6', 'Height')).toBe(before['height']);
    expect(await stored('P6')).toMatchObject({ height: before['height'] });
    expect(await stored('P4')).toMatchObject({ height: 44 });
    expect((await state()).notices).toEqual([]);

    await demo.sql`alter table companies drop column weight_g`;
    await type('P6', 'Remark', 'without weight');
    await type('P6', 'Weight (g)', '77');
    await demo.tick();
    expect(await stored('P6')).toMatchObject({ remark: 'without weight' });
    expect((await state()).notices).toMatchObject([
      { code: 'column_suspended', message: expect.stringContaining('"weight_g"') },
    ]);
    expect(shown('P4', 'Weight (g)')).toBe(12);
    // A column of that name is another one, and empty: a person says that it stands for the old one.
    await demo.sql`alter table companies add column weight_g numeric`;
    await demo.tick();
    expect(shown('P4', 'Weight (g)')).toBe(12);
    const { synced } = await demo.sidebar.call('columns', demo.tab.id);
    const weight = synced.find(({ header }) => header === 'Weight (g)')!;
    expect(weight).toMatchObject({ suspendedBy: 'table', present: true });
    await demo.sidebar.call('changeColumns', demo.tab.id, {
      remove: [weight.id],
      add: [{ header: 'Weight (g)', to: { column: 'weight_g' } }],
    });
    await tickUntilInStep(demo, 4);
    expect(await stored('P6')).toMatchObject({ weight_g: 77 });
    expect(await stored('P4')).toMatchObject({ weight_g: 12 });
    expect((await state()).notices).toEqual([]);
  });

  it('takes a wider type as it comes, and sets a column aside whose type became another', async () => {
    await demo.sql`alter table companies alter column count type numeric`;
    await demo.sql`alter table companies alter column label type varchar(200)`;
    await type('P7', 'Count', '7.5');
    await demo.tick();
    expect(await stored('P7')).toMatchObject({ count: 7.5 });
    expect((await state()).notices).toMatchObject([
      {
        code: 'column_suspended',
        message: expect.stringMatching(/"label" changed from text to character varying\(200\)/),
      },
    ]);
    const label = (await stored('P7'))['label'];
    await type('P7', 'Called', 'not written');
    await demo.tick();
    expect(await stored('P7')).toMatchObject({ label });
    await demo.sql`alter table companies alter column label type text`;
    await tickUntilInStep(demo, 4);
    expect(await stored('P7')).toMatchObject({ label: 'not written' });
    expect((await state()).notices).toEqual([]);
  });

  it('holds new rows that lack what the table requires since, and says so', async () => {
    await demo.sql`alter table companies alter column planted set not null`;
    const row = demo.tab.dataExtent().rows + 1;
    demo.hands.type(row, columnOf('Id'), 'P9');
    demo.hands.type(row, columnOf('Called'), 'Fern');
    await demo.idle();
    for (let tick = 0; tick < 4; tick++) await demo.tick();
    const held = await state();
    expect(held.problems.map(({ key, header }) => [key, header])).toEqual([['P9', 'Planted']]);
    expect(await stored('P9')).toEqual({});
    await demo.sql`alter table companies add column inspector text`;
    await demo.sql`update companies set inspector = 'Ada'`;
    await demo.sql`alter table companies alter column inspector set not null`;
    await type('P9', 'Planted', '3/4/2024');
    await demo.tick();
    expect((await state()).notices).toContainEqual(
      expect.objectContaining({ code: 'table_needs_attention', message: expect.stringContaining('"inspector"') }),
    );
    expect(await stored('P9')).toEqual({});
    await demo.sql`alter table companies alter column inspector set default 'nobody'`;
    await demo.sidebar.call('changeColumns', demo.tab.id, { leave: { headers: [], columns: ['inspector'] } });
    await demo.sidebar.call('retry', demo.tab.id);
    await tickUntilInStep(demo, 4);
    expect(await stored('P9')).toMatchObject({ label: 'Fern', planted: '2024-03-04', inspector: 'nobody' });
    expect((await state()).notices).toEqual([]);
  });

  it('pauses while the key column is missing, and goes on once it is back', async () => {
    const said = await pausedBy(() => person().deleteColumns(demo.tab, columnOf('Id'), 1));
    expect(said).toContain('"Id"');
    await goesOn(() => void person().undo(demo.spreadsheet), 'key is back');
  });

  it('pauses where two headers could be meant, naming both cells, until one is renamed', async () => {
    const position = demo.tab.dataExtent().columns + 1;
    const said = await pausedBy(() => {
      loseMark('Called');
      demo.hands.type(1, position, 'Called');
    });
    expect(said).toMatch(/"Called" stands in [A-Z]+1 and [A-Z]+1/);
    await goesOn(() => demo.hands.type(1, position, 'Other'), 'one header');
  });

  it('pauses while the header row is gone or sorted into the data', async () => {
    const gone = await pausedBy(() => person().deleteRows(demo.tab, 1, 1));
    expect(gone).toMatch(/Row 1 no longer holds the headers: [A-Z]+1 should say/);
    await goesOn(() => void person().undo(demo.spreadsheet), 'header is back');
    const { rows, columns } = demo.tab.dataExtent();
    const last = String.fromCharCode(64 + columns);
    const sorted = await pausedBy(() =>
      person().sort(demo.tab, [{ column: columnOf('Id'), ascending: false }], `A1:${last}${rows}`),
    );
    const at = Number(/now stands in row (\d+)/.exec(sorted)?.[1]);
    await goesOn(() => person().moveRows(demo.tab, at, 1, 1), 'header is up again');
  });

  it('pauses while the primary key is another, naming the table', async () => {
    const said = await pausedBy(async () => {
      await demo.sql`alter table companies drop constraint companies_pkey`;
      await demo.sql`update companies set label = id`;
      await demo.sql`alter table companies add primary key (label)`;
    });
    expect(said).toContain('primary key of "public.companies"');
    await goesOn(async () => {
      await demo.sql`alter table companies drop constraint companies_pkey, alter column label drop not null`;
      await demo.sql`alter table companies add primary key (id)`;
    }, 'old key again');
  });

  it('pauses when the table is dropped; the sheet keeps all, and can be linked again', async () => {
    await demo.sql`alter table companies rename to kept`;
    await demo.tick();
    expect((await state()).link).toMatchObject({ table: 'kept', state: 'active' });
    const said = await pausedBy(() => demo.sql`drop table kept`);
    expect(said).toContain('The table "public.kept" is gone');
    expect(shown('P1', 'Id')).toBe('P1');
    const { log } = await demo.sidebar.call('columns', demo.tab.id);
    expect(log[0]).toMatchObject({
      actor: null,
      what: expect.stringContaining('paused: The table "public.kept" is gone'),
    });
    await demo.sidebar.call('unlink', demo.tab.id);
    expect((await demo.sidebar.call('state')).kind).toBe('unlinked');
  });
});
