import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposeTable } from '../../addon/src/propose-types.ts';
import { createTable } from '../../api/links/create-table.ts';
import { deleteLink } from '../../api/links/change-link.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { startLink } from '../../api/links/start-link.ts';
import { cellToken, showCell, type Cell } from '../../shared/cell.ts';
import type { SheetReading } from '../../shared/cycle/effects.ts';
import type { LocaleCode } from '../google/workbook/locale.ts';
import type { TableInfo } from '../../shared/protocol/links.ts';
import type { Workbook } from '../google/workbook/workbook.ts';
import { readSheet } from '../sim/sheet-effects.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { linkRestSheet, newBook } from './rest-host-sheet.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const ROUNDS = 3;

const csv = (name: string): string[][] => parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));

/** What is typed on days when clocks are changed, beside text that looks like something else. */
const moments: string[][] = [
  ['No', 'Code', 'Day', 'At', 'Clock', 'Amount', 'Done'],
  ...Array.from({ length: 96 }, (_, i) => {
    const day = ['2024-03-31', '2024-10-27', '1980-04-06', '2024-02-29'][i % 4]!;
    const at = `${day} ${String(Math.floor(i / 16)).padStart(2, '0')}:${['00', '15', '30', '59'][(i >> 2) % 4]}:07`;
    return [
      `${i + 1}`,
      `'${String(i).padStart(3, '0')}`,
      day,
      at,
      at.slice(11),
      `${i * 37}`,
      i % 3 === 0 ? 'TRUE' : 'FALSE',
    ];
  }),
];

const TABLES: Record<string, string[][]> = {
  companies: csv('sp500-companies.csv'),
  countries: csv('country-codes.csv'),
  moments,
};

/** Rows by their key, whatever their order. */
function rowsByKey({ rows }: SheetReading, key: number, say: (cell: Cell) => string): Map<string, string[]> {
  return new Map(rows.map((cells) => [say(cells[key]!), cells.map(say)]));
}

/** Links the first tab of a spreadsheet, brings both sides in step, and unlinks it again. */
async function syncOnce(workbook: Workbook, table: TableInfo, headers: string[], winner: 'sheet' | 'table') {
  const columns = table.columns.map((column) => column.name);
  const sheet = await linkRestSheet(test, table.name, [headers], { workbook, columns });
  try {
    const input = { link: sheet.link.id };
    await sheet.run();
    await startLink({ ctx: test.context(), input: { ...input, winner } });
    await sheet.settle();
    const status = await getStatus({ ctx: test.context(), input });
    expect(status.problems).toEqual([]);
    await deleteLink({ ctx: test.context(), input });
  } finally {
    await sheet.close();
  }
}

/** `share`: every how many rows take part, so that all fit into the time of a test run. */
const PLACES: [LocaleCode, string, number, string[]][] = [
  ['en_US', 'America/New_York', 9, ['countries']],
  ['de_DE', 'Europe/Berlin', 3, ['companies', 'countries', 'moments']],
];

describe.each(PLACES)('sheet → table → new sheet → new table, in %s and %s', (locale, timeZone, share, names) => {
  it.each(names)('%s: all cells are equal, three times round', async (name) => {
    const lines = TABLES[name]!.filter((_, n) => n % share === 0);
    const headers = lines[0]!;
    let book = newBook(lines, { locale, timeZone });
    const typed = readSheet(book.tabs[0], false);
    expect(typed.rows.length).toBe(lines.length - 1);
    const proposal = proposeTable(typed);
    expect(proposal.problems).toEqual([]);
    const columns = proposal.columns.map(({ header, type, key }) => ({ header, type, key }));
    let first: unknown[] | null = null;
    let copied: Map<string, string[]> | null = null;
    for (let round = 1; round <= ROUNDS; round++) {
      const input = { schema: 'public', name: `${name} ${locale} ${round}`, columns };
      const table = await createTable({ ctx: test.context(), input });
      await syncOnce(book, table, headers, 'sheet');

      const key = proposal.columns.findIndex((column) => column.key);
      const stored = await test.database.sql.unsafe(
        `SELECT to_json(t) AS row FROM "${table.name}" t ORDER BY "${table.columns[key]!.name}"::text COLLATE "C"`,
      );
      expect(stored.length).toBe(typed.rows.length);
      first ??= [...stored];
      expect([...stored]).toEqual(first);

      book = newBook([headers], { locale, timeZone });
      await syncOnce(book, table, headers, 'table');
      const shown = readSheet(book.tabs[0], false);
      expect(rowsByKey(shown, key, showCell)).toEqual(rowsByKey(typed, key, showCell));
      // A text column keeps a year as text: from the first copy on the cells are equal in kind too.
      copied ??= rowsByKey(shown, key, cellToken);
      expect(rowsByKey(shown, key, cellToken)).toEqual(copied);
    }
  });
});
