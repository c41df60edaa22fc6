import { columnLetters } from '../../../../shared/a1.ts';
import { must, type Step } from './step.ts';

export const insertColumn: Step = {
  name: 'column inserted in the middle',
  budget: { writes: 0 },
  async play(demo, table) {
    const position = table.column('GICS Sub-Industry');
    demo.hands.insertColumns(position, 1);
    await demo.idle();
    await demo.tick();
    await table.type('TSLA', 'Headquarters Location', 'Austin');
    const stored = await table.stored('TSLA', 'headquarters_location');
    must(stored === 'Austin', `The edit right of the new column should be in its own column, not ${stored}.`);
    return `new column ${columnLetters(position)}; mapped columns right of it are still found`;
  },
};
