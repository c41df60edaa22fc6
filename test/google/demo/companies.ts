import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Tab } from '../workbook/tab.ts';

const FILE = new URL('../../fixtures/sp500-companies.csv', import.meta.url);

/** The 503 companies as text, header first. */
export function readCompanies(): string[][] {
  return parse(readFileSync(FILE)) as string[][];
}

/** Types the rows into the tab as a person would, so that dates become dates and `1902` a number, `2013 (1888)` not. */
export function typeCompanies(tab: Tab, rows: readonly (readonly string[])[]): void {
  rows.forEach((row, r) => row.forEach((text, c) => tab.setInput(r + 1, c + 1, text, { mode: 'user' })));
  tab.frozenRows = 1;
}
