import { must, type Step } from './step.ts';

export const bulkUpdate: Step = {
  name: 'bulk UPDATE of 200 rows',
  budget: { writes: 200 },
  async play(demo, table) {
    const changed = await table.run(`
      update companies set gics_sector = upper(gics_sector)
      where symbol in (select symbol from companies order by symbol limit 200)`);
    must(changed === 200, `The UPDATE should change 200 rows, not ${changed}.`);
    await demo.tick();
    const shown = table.shown('AAPL', 'GICS Sector');
    must(shown === 'INFORMATION TECHNOLOGY', `AAPL's sector should show in capitals, not as ${shown}.`);
    return 'in the sheet after one tick';
  },
};
