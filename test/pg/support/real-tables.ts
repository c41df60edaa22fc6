import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Cell } from '../../../shared/cell.ts';
import type { SheetReading } from '../../../shared/cycle/effects.ts';

const csv = (name: string): string[][] => parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));

/** What is typed on days when clocks are changed, beside text that looks like something else. */
export const moments: string[][] = [
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

export const TABLES: Record<string, string[][]> = {
  companies: csv('sp500-companies.csv'),
  countries: csv('country-codes.csv'),
  moments,
};

/** Rows by their key, whatever their order. */
export function rowsByKey({ rows }: SheetReading, key: number, say: (cell: Cell) => string): Map<string, string[]> {
  return new Map(rows.map((cells) => [say(cells[key]!), cells.map(say)]));
}
