import { NOTE_PREFIX } from '../../../../shared/protocol/mark.ts';
import { must, type Step } from './step.ts';

export const refusedRow: Step = {
  name: 'row the database refuses, then healed',
  async play(demo, table) {
    await table.run(`alter table companies add constraint cik_positive check (cik > 0)`);
    const good = table.shown('INTC', 'CIK');
    await table.type('INTC', 'CIK', '-5');
    await demo.tick();
    const note = table.note('INTC', 'CIK');
    must(note.startsWith(NOTE_PREFIX), `The refused cell should carry a note, not "${note}".`);
    const stored = await table.stored('INTC', 'cik');
    must(stored === good, `The table should still have ${good}, not ${stored}.`);
    must(table.shown('INTC', 'CIK') === '-5', 'What was typed should stay in the sheet.');
    await table.type('INTC', 'CIK', '50864');
    await demo.tick();
    const healed = table.note('INTC', 'CIK');
    must(healed === '', `The note should be gone once the value is accepted, not "${healed}".`);
    must((await table.stored('INTC', 'cik')) === '50864', 'The accepted value should be in the table.');
    return `note on the cell: "${note}"`;
  },
};
