import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import type { LocalGoogle } from '../google/local-google.ts';
import type { SheetDocument } from '../google/script/documents.ts';
import type { ScriptInstall } from '../google/script/install.ts';
import { areaOf } from '../google/workbook/area.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { addTable, type ColumnType } from '../google/workbook/table.ts';
import type { ValidationRule } from '../google/workbook/validation.ts';
import { AddonLab, NOTES } from './support/addon-lab.ts';
import type { ScriptedHub } from './support/scripted-hub.ts';

/** What docs/cells.md states about tables with typed columns, through the built bundle. */

let lab: AddonLab;
let google: LocalGoogle;
let hub: ScriptedHub;
let document: SheetDocument;
let tab: Tab;
let install: ScriptInstall;

beforeAll(async () => {
  lab = await AddonLab.build();
});
afterAll(() => lab.close());

/** A linked tab of three rows; column C is not mapped. */
async function link(timeZone = 'America/New_York'): Promise<void> {
  await lab.openLinked({ ...NOTES, timeZone });
  ({ google, hub, document, tab, install } = lab);
}
beforeEach(() => link());

const sync = (...changes: [key: number, base: Cell, value: Cell][]) => lab.syncValues(changes);

describe('a table with typed columns', () => {
  const makeTable = (type: ColumnType, condition?: ValidationRule['condition']) =>
    addTable(tab, {
      name: 'Notes',
      area: areaOf(1, 1, 4, 3),
      looks: {},
      columns: [
        { name: 'id', type: 'DOUBLE' },
        { name: 'value', type, ...(condition ? { condition } : {}) },
        { name: 'mine', type: null },
      ],
    });

  it('takes values of its type under its own format, and holds the others with the reason', async () => {
    const cases: [type: ColumnType, fits: Cell, wrong: Cell | null][] = [
      ['DATE', { date: '2024-02-29' }, 'soon'],
      ['DOUBLE', 12.5, '007'],
      ['TEXT', '007', null],
      ['BOOLEAN', true, 'yes'],
    ];
    for (const [late, refuse] of [
      [false, true],
      [true, true],
      [true, false],
    ] as const) {
      await link();
      for (const [type, fits, wrong] of cases) {
        tab.tables = [];
        google.runtime.lateWriteErrors = late;
        document.workbook.unconfirmed.typedColumnsRefuse = refuse;
        tab.setInputs(2, 2, [[null], [null], [null]]);
        makeTable(type);
        const base = type === 'BOOLEAN' ? false : null;
        const [first, second] = await sync([1, base, fits], [2, base, wrong]);
        expect([late, refuse, type, first]).toMatchObject([late, refuse, type, { outcome: 'applied', readback: fits }]);
        if (wrong !== null && refuse) {
          expect([late, refuse, type, second!.outcome]).toEqual([late, refuse, type, 'invalid']);
          expect(second!.reason).toMatch(/column has a type of its own|change this text/);
          expect(tab.value(3, 2)).toBe(base);
        } else expect(second!.readback).toEqual(wrong ?? base);
        expect([tab.numberFormat(2, 2), tab.numberFormat(3, 2)]).toEqual(['', '']);
      }
    }
    google.runtime.lateWriteErrors = false;
  });

  it('holds what a column’s type would show as something else', async () => {
    for (const late of [false, true]) {
      tab.tables = [];
      tab.setInputs(2, 2, [[0.5], [0.25], [0.75]]);
      google.runtime.lateWriteErrors = late;
      makeTable('PERCENT');
      const date = { date: '2024-02-29T12:00:00' };
      const outcomes = await sync([1, 0.5, date], [2, 0.25, 0.3], [3, 0.75, { date: '12:00:00' }]);
      expect([late, ...outcomes.map(({ outcome }) => outcome)]).toEqual([late, 'invalid', 'applied', 'invalid']);
      expect(outcomes[0]!.reason).toMatch(/type of its own/);
      expect(tab.rawValues(2, 2, 3, 1).flat()).toEqual([0.5, 0.3, 0.75]);
    }
    google.runtime.lateWriteErrors = false;
  });

  it('takes new rows in, with checkboxes that stand for nothing yet, whether it grows by them or not', async () => {
    for (const grows of [true, false]) {
      await link();
      document.workbook.unconfirmed.tablesGrow = grows;
      tab.setInputs(2, 2, [[true], [false], [false]]);
      makeTable('BOOLEAN');
      hub.sent.length = 0;
      hub.offers = [true, null].map((value, i): Offer => {
        const key = String(i + 4);
        const cells: Offer['cells'] = [
          { column: 'c1', base: null, value: i + 4 },
          { column: 'c2', base: null, value },
        ];
        return { id: `o${key}`, key, kind: 'insert', cells };
      });
      await install.run('rpc', ['syncNow', [tab.id]]);
      const outcomes = hub.acks.flatMap((ack) => ack.results).flatMap(({ cells }) => Object.values(cells));
      expect([grows, ...outcomes.map(({ outcome }) => outcome)]).toEqual([
        grows,
        ...new Array<string>(4).fill('applied'),
      ]);
      expect(tab.rawValues(5, 1, 2, 2)).toEqual([
        [4, true],
        [5, null],
      ]);
      expect(tab.tables[0]!.area.bottom).toBe(grows ? 6 : 4);
    }
  });

  it('without a row yet takes its first one', async () => {
    await link();
    tab.clearContent(areaOf(2, 1, 3, 3));
    makeTable('DATE');
    hub.sent.length = 0;
    const date = { date: '2024-02-29' };
    const cells: Offer['cells'] = [
      { column: 'c1', base: null, value: 7 },
      { column: 'c2', base: null, value: date },
    ];
    hub.offers = [{ id: 'o7', key: '7', kind: 'insert', cells }];
    const answer = (await install.run('rpc', ['syncNow', [tab.id]])) as { ok: boolean };
    expect([answer.ok, install.failures]).toEqual([true, []]);
    expect(tab.rawValues(2, 1, 1, 2)).toEqual([[7, 45351]]);
  });
});
