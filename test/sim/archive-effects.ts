import type { Cell } from '../../shared/cell.ts';
import type { EffectTable } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { needsTextFormat } from '../../shared/text-format.ts';
import type { Workbook } from '../google/workbook/workbook.ts';
import { readSheet, writeBlock } from './sheet-effects.ts';

/** The archive tab of a workbook, as addon/src/google/archive.ts reads and writes it. */
export function readArchive(workbook: Workbook, title: string): EffectTable['readArchive']['result'] {
  const tab = workbook.tabByTitle(title);
  if (!tab) return null;
  const { columns, rows } = readSheet(tab, false);
  return { headers: columns.map(({ header }) => header), rows };
}

/** All rows of all archive tabs. */
export function archivedRows(workbook: Workbook): Cell[][] {
  const tabs = workbook.tabs.filter(({ title }) => title.startsWith('Archive of '));
  return tabs.flatMap((tab) => readSheet(tab, false).rows);
}

export function appendArchive(
  workbook: Workbook,
  { title, headers, row, lines }: EffectTable['appendArchive']['request'],
  actor: string,
): EffectTable['appendArchive']['result'] {
  const width = lines[0]!.length;
  const tab = workbook.tabByTitle(title) ?? workbook.addTab({ title, rowCount: 40, columnCount: 26 });
  if (tab.columnCount < width) tab.insertColumns(tab.columnCount + 1, width - tab.columnCount, 'before');
  const last = row + lines.length - 1;
  if (tab.rowCount < last) tab.insertRows(tab.rowCount + 1, last - tab.rowCount, 'before');
  for (const block of [...(headers === null ? [] : [blockOf(HEADER_ROW, [headers])]), blockOf(row, lines)]) {
    const outcome = writeBlock(tab, block, actor);
    if (!outcome.ok) return { ok: false, message: outcome.message };
  }
  return { ok: true };
}

function blockOf(row: number, values: Cell[][]) {
  const asText = values.map((line) => line.map((cell) => typeof cell === 'string' && needsTextFormat(cell)));
  return { row, position: 1, values, asText, expected: values.map((line) => line.map(() => undefined)) };
}
