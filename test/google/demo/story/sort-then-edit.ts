import { must, type Step } from './step.ts';

export const sortThenEdit: Step = {
  name: 'sheet sorted, then edited',
  budget: { writes: 0 },
  async play(demo, table) {
    const before = table.row('NVDA');
    demo.hands.sort(table.column('Headquarters Location'), true);
    await demo.idle();
    must(table.row('NVDA') !== before, 'The sort should have moved NVDA.');
    await demo.tick();
    await table.type('NVDA', 'Security', 'NVIDIA');
    const stored = await table.stored('NVDA', 'security');
    must(stored === 'NVIDIA', `The edit after the sort should be in NVDA's row of the table, not ${stored}.`);
    return `NVDA moved from row ${before} to row ${table.row('NVDA')}; the edit found its row`;
  },
};
