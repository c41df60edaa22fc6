import type { Cell } from '../../shared/cell.ts';
import type { EffectTable } from '../../shared/cycle/effects.ts';
import { NO_ROOM_IN_ARCHIVE } from '../../shared/cycle/rows-refused.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { needsTextFormat } from '../../shared/text-format.ts';
import { callSheets, SheetsError } from './call.ts';
import { readTab } from './read-tab.ts';
import type { RestTab } from './tab.ts';
import { updateTab } from './update-tab.ts';
import { writeBlocks } from './write-blocks.ts';

/** The tab of this name, as far as rows are kept in it; null where there is none yet. */
export async function readArchive(tab: RestTab, title: string): Promise<EffectTable['readArchive']['result']> {
  const found = await findArchive(tab, title);
  if (!found) return null;
  const { columns, rows } = await readTab(found, false);
  return { headers: columns.map(({ header }) => header), rows };
}

/** Writes lines into the tab of this name, which is made where there is none. */
export async function appendArchive(
  tab: RestTab,
  { title, headers, row, lines }: EffectTable['appendArchive']['request'],
): Promise<EffectTable['appendArchive']['result']> {
  let found: Archive;
  try {
    found = (await findArchive(tab, title)) ?? (await addArchive(tab, title));
    const [width, last] = [lines[0]!.length, row + lines.length - 1];
    const missing = [
      { dimension: 'COLUMNS', length: width - found.columns },
      { dimension: 'ROWS', length: last - found.gridRows },
    ].filter(({ length }) => length > 0);
    if (missing.length > 0) {
      const requests = missing.map((part) => ({ appendDimension: { sheetId: found.sheetId, ...part } }));
      await updateTab(tab, requests, { repeatable: false });
    }
  } catch (error) {
    if (error instanceof SheetsError && error.status === 400) return NO_ROOM_IN_ARCHIVE;
    throw error;
  }
  const blocks = [...(headers === null ? [] : [block(HEADER_ROW, [headers])]), block(row, lines)];
  const refused = (await writeBlocks(found, blocks)).find((outcome) => !outcome.ok);
  return refused && !refused.ok ? { ok: false, message: refused.message } : { ok: true };
}

interface Archive extends RestTab {
  columns: number;
}

async function findArchive(tab: RestTab, title: string): Promise<Archive | null> {
  const { sheets } = await callSheets(
    () =>
      tab.api.spreadsheets.get({
        spreadsheetId: tab.spreadsheetId,
        fields: 'sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)))',
      }),
    { repeatable: true, wait: tab.wait },
  );
  // Of two tabs whose names differ in case alone Sheets lets only one be.
  const same = (name: string | null | undefined) => name?.toLowerCase() === title.toLowerCase();
  const found = sheets?.find(({ properties }) => same(properties?.title))?.properties;
  if (!found) return null;
  const { rowCount, columnCount } = found.gridProperties ?? {};
  return { ...tab, sheetId: found.sheetId ?? 0, gridRows: rowCount ?? 0, columns: columnCount ?? 0 };
}

async function addArchive(tab: RestTab, title: string): Promise<Archive> {
  await updateTab(tab, [{ addSheet: { properties: { title } } }], { repeatable: false });
  const made = await findArchive(tab, title);
  // Somebody deleted it at once, or brought an older version back: the run ends, and the next one makes it again.
  if (made === null) throw new SheetsError(0, `the tab "${title}" went as soon as it was made`);
  return made;
}

function block(row: number, values: Cell[][]) {
  const asText = values.map((line) => line.map((cell) => typeof cell === 'string' && needsTextFormat(cell)));
  return { row, position: 1, values, asText, expected: values.map((line) => line.map(() => undefined)) };
}
