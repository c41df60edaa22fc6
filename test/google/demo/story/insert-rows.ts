import { must, type Step } from './step.ts';

const inSheet = ['ZZA', 'ZZB', 'ZZC', 'ZZD', 'ZZE'];
const inTable = ['YYA', 'YYB', 'YYC', 'YYD', 'YYE'];

export const insertRows: Step = {
  name: '5 rows inserted on each side',
  async play(demo, table) {
    const before = demo.tab.dataExtent().rows;
    const values = inSheet.map((symbol, index) => [
      symbol,
      `Sheet Company ${index + 1}`,
      'Industrials',
      'Building Products',
      'Springfield, Illinois',
      `2026-01-0${index + 1}`,
      String(9_000_001 + index),
      index % 2 === 0 ? '1999' : '1999 (1950)',
    ]);
    await table.run(`
      insert into companies (symbol, security, gics_sector, gics_sub_industry, headquarters_location, date_added, cik, founded)
      select 'YY' || chr(64 + n), 'Table Company ' || n, 'Energy', 'Oil & Gas Drilling', 'Houston, Texas',
        date '2026-02-01' + n, 8000000 + n, (1980 + n)::text
      from generate_series(1, 5) n`);
    demo.hands.paste(before + 1, 1, values);
    await demo.idle();
    await demo.tick();
    await demo.tick();
    for (const symbol of inSheet) await table.stored(symbol, 'security');
    for (const symbol of inTable) table.row(symbol);
    const rows = demo.tab.dataExtent().rows;
    must(rows === before + 10, `The sheet should have ${before + 10} rows, not ${rows}.`);
    return 'on both sides after two ticks';
  },
};
