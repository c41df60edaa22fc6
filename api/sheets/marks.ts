import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import type { CellMark } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { NOTE_PREFIX } from '../../shared/protocol/mark.ts';
import { callSheets } from './call.ts';
import { Protection, PROTECTION } from './protection.ts';
import { gridRange, type RestTab } from './tab.ts';
import { updateWhatGoes } from './update-tab.ts';

/** Background of a cell whose value was not accepted; the add-on uses the same. */
export const TINT = '#fce8e6';
const WHITE = '#ffffff';

/**
 * Writes and removes notes and tints: one read of what stood there, one write. A note or colour that a person has put in
 * place of ours stays, and a cell that is protected from the host as it is: refused, its note would end each run. Answers
 * what stood there, our own note included.
 */
export async function markCells(
  tab: RestTab,
  marks: readonly CellMark[],
): Promise<{ note: string; background: string }[]> {
  if (marks.length === 0) return [];
  const { stood, protection } = await readLooks(tab, marks);
  const requests = marks.flatMap((mark, index) =>
    protection.hasCell(mark.row, mark.position) ? [] : changes(tab, mark, stood[index]!),
  );
  await updateWhatGoes(tab, requests);
  return stood;
}

async function readLooks(
  tab: RestTab,
  marks: readonly CellMark[],
): Promise<{ stood: { note: string; background: string }[]; protection: Protection }> {
  const found = await callSheets(
    () =>
      tab.api.spreadsheets.getByDataFilter({
        spreadsheetId: tab.spreadsheetId,
        fields:
          `sheets(properties(sheetId),${PROTECTION},data(startRow,startColumn,` +
          'rowData(values(note,userEnteredFormat(backgroundColor)))))',
        requestBody: { dataFilters: marks.map(({ row, position }) => ({ gridRange: gridRange(tab, row, position) })) },
      }),
    { repeatable: true, wait: tab.wait },
  );
  const looks = new Map<string, { note: string; background: string }>();
  for (const sheet of found.sheets ?? []) {
    for (const { startRow, startColumn, rowData } of sheet.data ?? []) {
      const cell = rowData?.[0]?.values?.[0];
      looks.set(`${(startRow ?? 0) + 1}:${(startColumn ?? 0) + 1}`, {
        note: cell?.note ?? '',
        background: toHex(cell?.userEnteredFormat?.backgroundColor),
      });
    }
  }
  const stood = marks.map(({ row, position }) => looks.get(`${row}:${position}`) ?? { note: '', background: WHITE });
  return { stood, protection: new Protection(found.sheets) };
}

function changes(
  tab: RestTab,
  { row, position, message, restore, stands }: CellMark,
  { note, background }: { note: string; background: string },
): sheets_v4.Schema$Request[] {
  if (stands !== undefined && note !== stands) return [];
  const ours = { note: note.startsWith(NOTE_PREFIX), tint: background === TINT };
  const cell: sheets_v4.Schema$CellData = {};
  const fields: string[] = [];
  const paint = (color: string) => {
    fields.push('userEnteredFormat.backgroundColor');
    if (color !== '' && color !== WHITE) cell.userEnteredFormat = { backgroundColor: fromHex(color) };
  };
  if (message !== null) {
    if (note !== message) {
      cell.note = message;
      fields.push('note');
    }
    if (!ours.tint) paint(TINT);
  } else {
    if (ours.note) {
      if (restore?.note) cell.note = restore.note;
      fields.push('note');
    }
    if (ours.tint) paint((restore?.background ?? WHITE).toLowerCase());
  }
  if (fields.length === 0) return [];
  return [{ repeatCell: { range: gridRange(tab, row, position), cell, fields: fields.join(',') } }];
}

/**
 * Makes these all the notes that Tandem has in the columns given. A cell with a person's note keeps that; nothing is
 * tinted, because a colour could not be given back to a cell that moved; nothing is noted that is protected from the host.
 */
export async function noteCells(
  tab: RestTab,
  marks: readonly CellMark[],
  columns: readonly number[],
): Promise<{ note: string; background: string }[]> {
  // A range that begins below the last row is refused.
  if (columns.length === 0 || tab.gridRows <= HEADER_ROW) return marks.map(() => ({ note: '', background: '' }));
  const found = await callSheets(
    () =>
      tab.api.spreadsheets.getByDataFilter({
        spreadsheetId: tab.spreadsheetId,
        fields: `sheets(properties(sheetId),${PROTECTION},data(startRow,startColumn,rowData(values(note))))`,
        requestBody: {
          dataFilters: columns.map((position) => ({
            gridRange: {
              sheetId: tab.sheetId,
              startRowIndex: HEADER_ROW,
              startColumnIndex: position - 1,
              endColumnIndex: position,
            },
          })),
        },
      }),
    { repeatable: true, wait: tab.wait },
  );
  const notes = new Map<string, string>();
  for (const { data } of found.sheets ?? []) {
    for (const { startRow, startColumn, rowData } of data ?? []) {
      for (const [index, { values }] of (rowData ?? []).entries()) {
        const note = values?.[0]?.note ?? '';
        if (note !== '') notes.set(`${(startRow ?? 0) + 1 + index}:${(startColumn ?? 0) + 1}`, note);
      }
    }
  }
  const protection = new Protection(found.sheets);
  const wanted = new Map(marks.map(({ row, position, message }) => [`${row}:${position}`, message ?? '']));
  const requests = [...new Set([...notes.keys(), ...wanted.keys()])].flatMap((place) => {
    const [row, position] = place.split(':').map(Number) as [number, number];
    const note = notes.get(place) ?? '';
    const message = wanted.get(place) ?? '';
    const free = note === '' || note.startsWith(NOTE_PREFIX);
    if (!free || note === message || protection.hasCell(row, position)) return [];
    const cell = message === '' ? {} : { note: message };
    return [{ repeatCell: { range: gridRange(tab, row, position), cell, fields: 'note' } }];
  });
  await updateWhatGoes(tab, requests);
  return marks.map(() => ({ note: '', background: '' }));
}

export function toHex(color: sheets_v4.Schema$Color | null | undefined): string {
  if (!color) return WHITE;
  const channel = (value: number | null | undefined) =>
    Math.round((value ?? 0) * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${channel(color.red)}${channel(color.green)}${channel(color.blue)}`;
}

function fromHex(hex: string): sheets_v4.Schema$Color {
  const channel = (at: number) => parseInt(hex.slice(at, at + 2), 16) / 255;
  return { red: channel(1), green: channel(3), blue: channel(5) };
}
