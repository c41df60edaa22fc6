import { afterEach, describe, expect, it } from 'vitest';
import { OWNER, type Demo } from '../google/demo/boot.ts';
import { tableStamp } from '../google/demo/table-rows.ts';
import { bootLinked, tickUntilInStep, type Booted } from './support/boot.ts';

/** Thirty people with an id, and a column of every common sort. */
const people = [
  ['Id', 'Name', 'Born', 'Score', 'Remark'],
  ...Array.from({ length: 30 }, (_, n) => [
    `P${String(n + 1).padStart(2, '0')}`,
    `Person ${n + 1}`,
    `${(n % 12) + 1}/${n + 1 > 28 ? 28 : n + 1}/1990`,
    String(n * 1.5),
    `remark ${n + 1}`,
  ]),
];

let booted: Booted | undefined;
afterEach(async () => {
  await booted?.close();
  booted = undefined;
});

async function start(): Promise<Demo> {
  booted = await bootLinked({ rows: people });
  return booted.demo;
}

function rowOf(demo: Demo, id: string): number {
  for (let row = 2; row <= demo.tab.dataExtent().rows; row++)
    if (demo.tab.value(row, columnOf(demo, 'Id')) === id) return row;
  throw new Error(`The sheet has no row ${id}.`);
}

function columnOf(demo: Demo, header: string): number {
  for (let column = 1; column <= demo.tab.columnCount; column++)
    if (demo.tab.value(1, column) === header) return column;
  throw new Error(`The sheet has no column ${header}.`);
}

const shown = (demo: Demo, id: string, header: string) =>
  demo.tab.displayValue(rowOf(demo, id), columnOf(demo, header));

describe('what people do every day, through the built add-on', () => {
  it('[I7] sort, moved rows, moved and inserted columns, inserted empty rows cost no write on either side', async () => {
    const demo = await start();
    const person = demo.google.person(OWNER);
    const { tab } = demo;
    const table = { schema: 'public', name: 'companies' };
    const stamp = await tableStamp(demo.sql, table);
    const before = demo.counters.snapshot();
    person.sort(tab, [{ column: 4, ascending: false }]);
    await demo.idle();
    person.moveRows(tab, 5, 3, 20);
    await demo.idle();
    person.moveColumns(tab, 2, 1, 5);
    await demo.idle();
    person.insertColumns(tab, 3, 1);
    await demo.idle();
    person.insertRows(tab, 10, 2);
    await demo.idle();
    await tickUntilInStep(demo, 1);
    await demo.tick();
    expect(demo.counters.since(before).cellWrites).toBe(0);
    expect(await tableStamp(demo.sql, table)).toBe(stamp);
  });

  it('[I17] text from the table that looks like a formula, a number or a date arrives as that very text', async () => {
    const demo = await start();
    const texts = [
      '=IMPORTXML("http://127.0.0.1/","//a")',
      '+1+1',
      '007',
      '1-2',
      'TRUE',
      "'quoted",
      '$100.15',
      '1E5',
      '@here',
      ' both ends ',
    ];
    for (const [index, text] of texts.entries()) {
      await demo.sql`update companies set remark = ${text} where id = ${`P${String(index + 1).padStart(2, '0')}`}`;
    }
    await tickUntilInStep(demo, 3);
    for (const [index, text] of texts.entries()) {
      const id = `P${String(index + 1).padStart(2, '0')}`;
      const [row, column] = [rowOf(demo, id), columnOf(demo, 'Remark')];
      expect(demo.tab.formula(row, column)).toBe('');
      expect(demo.tab.value(row, column)).toBe(text);
    }
    // And they stay what they are when the sheet is read again.
    const stamp = await tableStamp(demo.sql, { schema: 'public', name: 'companies' });
    await demo.tick();
    expect(await tableStamp(demo.sql, { schema: 'public', name: 'companies' })).toBe(stamp);
  });

  it('[I14] a formula in a mapped cell sends its result and is never overwritten', async () => {
    const demo = await start();
    const [row, column] = [rowOf(demo, 'P03'), columnOf(demo, 'Remark')];
    demo.hands.type(row, column, '="computed "&1+1');
    await demo.idle();
    await demo.tick();
    expect((await demo.sql`select remark from companies where id = 'P03'`)[0]?.['remark']).toBe('computed 2');
    await demo.sql`update companies set remark = 'from the table' where id = 'P03'`;
    for (let tick = 0; tick < 3; tick++) await demo.tick();
    expect(demo.tab.formula(row, column)).toBe('="computed "&1+1');
    const state = await demo.sidebar.call('state');
    if (state.kind !== 'linked') throw new Error('The tab should be linked.');
    expect(state.held).toBe(1);
  });

  it('[I9] [I10] rows deleted in the sheet stay in the table until a person says so; restored ones come back', async () => {
    const demo = await start();
    demo.hands.deleteRows(rowOf(demo, 'P10'), 3);
    await demo.idle();
    for (let tick = 0; tick < 5; tick++) await demo.tick();
    expect((await demo.sql`select count(*)::int as n from companies`)[0]?.['n']).toBe(30);
    const state = await demo.sidebar.call('state');
    if (state.kind !== 'linked') throw new Error('The tab should be linked.');
    expect(state.missing).toBe(3);
    await demo.sidebar.call('missing', demo.tab.id, { decision: 'restore' });
    await tickUntilInStep(demo, 3);
    expect(shown(demo, 'P11', 'Name')).toBe('Person 11');
    expect((await demo.sql`select count(*)::int as n from companies`)[0]?.['n']).toBe(30);
  });

  it('[I9] rows deleted in the sheet go from the table once a person says so', async () => {
    const demo = await start();
    demo.hands.deleteRows(rowOf(demo, 'P10'), 2);
    await demo.idle();
    for (let tick = 0; tick < 3; tick++) await demo.tick();
    await demo.sidebar.call('missing', demo.tab.id, { decision: 'delete' });
    await tickUntilInStep(demo, 3);
    expect((await demo.sql`select id from companies where id in ('P10', 'P11')`).length).toBe(0);
    expect((await demo.sql`select count(*)::int as n from companies`)[0]?.['n']).toBe(28);
  });

  it('rows deleted in the table leave the sheet, and only they', async () => {
    const demo = await start();
    await demo.sql`delete from companies where id in ('P01', 'P15', 'P30')`;
    const comparison = await tickUntilInStep(demo, 3);
    expect(comparison.rows).toBe(27);
    expect(demo.tab.value(rowOf(demo, 'P16'), columnOf(demo, 'Name'))).toBe('Person 16');
  });

  it('a copied spreadsheet writes nothing, and says that it is a copy', async () => {
    const demo = await start();
    const stamp = await tableStamp(demo.sql, { schema: 'public', name: 'companies' });
    const person = demo.google.person(OWNER);
    const copy = await demo.google.copySpreadsheet(demo.spreadsheet, person);
    const install = demo.google.installsIn(copy)[0]!;
    person.type(copy.workbook.tabs[0]!, 'B2', 'Edited in the copy');
    await demo.idle();
    const answer = (await install.run('rpc', ['state', []])) as { ok: true; value: { kind: string } };
    expect(answer).toMatchObject({ ok: true, value: { kind: 'copy' } });
    await demo.tick();
    expect(await tableStamp(demo.sql, { schema: 'public', name: 'companies' })).toBe(stamp);
    expect(copy.workbook.tabs[0]!.value(2, 2)).toBe('Edited in the copy');
  });

  it('[I11] an edit that loses is in the sidebar, with what replaced it', async () => {
    const demo = await start();
    await demo.sql`update companies set name = 'Table wins' where id = 'P05'`;
    demo.hands.type(rowOf(demo, 'P05'), columnOf(demo, 'Name'), 'Sheet loses');
    await demo.idle();
    await tickUntilInStep(demo, 3);
    const state = await demo.sidebar.call('state');
    if (state.kind !== 'linked') throw new Error('The tab should be linked.');
    expect(state.lost[0]).toMatchObject({
      key: 'P05',
      header: 'Name',
      side: 'sheet',
      before: 'Sheet loses',
      after: 'Table wins',
    });
    expect(shown(demo, 'P05', 'Name')).toBe('Table wins');
  });
});
