import { must, type Step } from './step.ts';

/** The column that the step before inserted gets formulas of a person's own. */
export const formulaColumn: Step = {
  name: 'formula column left alone',
  async play(demo, table) {
    const { tab, hands } = demo;
    const column = table.column('GICS Sub-Industry') - 1;
    const last = tab.dataExtent().rows;
    const formula = (row: number) => `=LEN(A${row})`;
    hands.paste(1, column, [['Length'], ...Array.from({ length: last - 1 }, (_, i) => [formula(i + 2)])]);
    await demo.idle();
    await table.run(`update companies set founded = founded || ' ' where symbol = 'TSLA'`);
    await table.run(`update companies set founded = '2003', security = 'Tesla' where symbol = 'TSLA'`);
    await demo.tick();
    for (let row = 2; row <= last; row++) {
      must(tab.formula(row, column) === formula(row), `The formula in row ${row} became ${tab.formula(row, column)}.`);
      const length = String(tab.value(row, table.column('Symbol'))).length;
      must(tab.value(row, column) === length, `The formula in row ${row} shows ${String(tab.value(row, column))}.`);
    }
    must(
      table.shown('TSLA', 'Security') === 'Tesla',
      'The change in the table should still arrive beside the formulas.',
    );
    return `${last - 1} formulas as they were`;
  },
};
