import { must, type Step } from './step.ts';

export const editOnBothSides: Step = {
  name: 'same cell edited on both sides',
  async play(demo, table) {
    await table.run(`update companies set security = 'Amazon (from the table)' where symbol = 'AMZN'`);
    await table.type('AMZN', 'Security', 'Amazon (from the sheet)');
    await demo.tick();
    const shown = table.shown('AMZN', 'Security');
    must(shown === 'Amazon (from the table)', `The table should win, but the sheet shows ${shown}.`);
    const [lost] = await demo.sql<{ before: unknown; after: unknown; cause: string }[]>`
      select before, after, cause from tandem.journal where op = 'lost' and side = 'sheet' order by id desc limit 1`;
    const before = typeof lost?.before === 'string' ? lost.before : JSON.stringify(lost?.before);
    must(before.includes('Amazon (from the sheet)'), `The journal should hold the value that lost, not ${before}.`);
    return `the table won; the journal keeps ${before}`;
  },
};
