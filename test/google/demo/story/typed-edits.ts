import { must, type Step } from './step.ts';

const edits = [
  { symbol: 'MMM', header: 'Security', column: 'security', text: '3M Company', stored: '3M Company' },
  { symbol: 'AAPL', header: 'Date added', column: 'date_added', text: '12/1/1982', stored: '1982-12-01' },
  { symbol: 'MSFT', header: 'Founded', column: 'founded', text: '1975', stored: '1975' },
  // Typed as a person types: one text, one date in the sheet's locale, one number into a column of mixed values.
];

export const typedEdits: Step = {
  name: 'three typed edits',
  async play(_demo, table) {
    // A value that is there already would prove nothing.
    await table.run(`update companies set founded = 'unknown' where symbol = 'MSFT'`);
    await _demo.tick();
    for (const { symbol, header, text } of edits) await table.type(symbol, header, text);
    for (const { symbol, column, stored } of edits) {
      const found = await table.stored(symbol, column);
      must(
        found === stored,
        `${symbol}.${column} should be ${stored} in the table right after the edit, not ${found}.`,
      );
    }
    return 'in the table right after each edit, without a tick';
  },
};
