import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposeTable } from '../../addon/src/propose-types.ts';
import { createTable } from '../../api/links/create-table.ts';
import { deleteLink } from '../../api/links/change-link.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { startLink } from '../../api/links/start-link.ts';
import { cellToken, showCell } from '../../shared/cell.ts';
import type { LocaleCode } from '../google/workbook/locale.ts';
import type { TableInfo } from '../../shared/protocol/links.ts';
import type { Workbook } from '../google/workbook/workbook.ts';
import { readSheet } from '../sim/sheet-effects.ts';
import { rowsByKey, TABLES } from './support/real-tables.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { linkRestSheet, newBook } from './rest-host-sheet.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const ROUNDS = 3;

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

/** `npm run round-trips`: every row of every table, everywhere. Else as many as fit into the time of a test run. */
const FULL = process.env['npm_lifecycle_event'] === 'round-trips';

/** `share`: every how many rows take part. */
const PLACES: [LocaleCode, string, number, string[]][] = FULL
  ? [
      ['en_US', 'America/New_York', 1, Object.keys(TABLES)],
      ['de_DE', 'Europe/Berlin', 1, Object.keys(TABLES)],
      // Clocks go forward at midnight there: on such a day the first hour is missing.
      ['en_US', 'America/Santiago', 1, Object.keys(TABLES)],
    ]
  : [
      ['en_US', 'America/New_York', 9, ['countries']],
      ['de_DE', 'Europe/Berlin', 3, ['companies', 'countries', 'moments']],
    ];

describe.each(PLACES)('sheet → table → new sheet → new table, in %s and %s', (locale, timeZone, share, names) => {
  it.each(names)('%s: all cells are equal, three times round', { timeout: FULL ? 600_000 : 120_000 }, async (name) => {
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
      const input = { schema: 'public', name: `${name} ${timeZone} ${round}`, columns };
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
    if (FULL)
      console.log(`${name}, ${locale}, ${timeZone}: ${typed.rows.length * headers.length} cells × ${ROUNDS} rounds`);
  });
});
