import { tableStamp } from '../table-rows.ts';
import { must, type Step } from './step.ts';

export const nothingChanged: Step = {
  name: 'second run, nothing changed',
  budget: { reads: 1, writes: 0, calls: 1 },
  async play(demo) {
    const before = demo.counters.snapshot();
    await demo.tick();
    const cost = demo.counters.since(before);
    must(cost.reads === 1, `An idle run should read the sheet once, not ${cost.reads} times.`);
    must(cost.calls === 1, `An idle run should make one call, not ${cost.calls}.`);
    must(cost.cellWrites === 0, `An idle run should write nothing, not ${cost.cellWrites} cells.`);
    return '1 sheet read, 1 call, 0 writes';
  },
};

export const tenMoreTicks: Step = {
  name: 'ten more ticks',
  budget: { writes: 0 },
  async play(demo) {
    must(demo.table !== null, 'No table is linked.');
    const { workbook } = demo.spreadsheet;
    const sheetBefore = workbook.revision;
    const tableBefore = await tableStamp(demo.sql, demo.table);
    for (let tick = 0; tick < 10; tick++) await demo.tick();
    must(workbook.revision === sheetBefore, 'Ten idle ticks should leave the spreadsheet untouched.');
    must((await tableStamp(demo.sql, demo.table)) === tableBefore, 'Ten idle ticks should leave the table untouched.');
    return 'no write on either side';
  },
};
