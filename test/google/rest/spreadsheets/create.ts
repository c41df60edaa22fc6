import { localeOf, type LocaleCode } from '../../workbook/locale.ts';
import type { Call } from '../context.ts';
import { spreadsheetResource } from './resource.ts';

interface SheetInput {
  properties?: {
    sheetId?: number;
    title?: string;
    hidden?: boolean;
    gridProperties?: { rowCount?: number; columnCount?: number; frozenRowCount?: number; frozenColumnCount?: number };
  };
}

/** POST …/spreadsheets */
export function createSpreadsheet(call: Call): unknown {
  const { properties, sheets } = call.body as {
    properties?: { title?: string; locale?: string; timeZone?: string };
    sheets?: SheetInput[];
  };
  const workbook = call.documents.create({
    title: properties?.title ?? 'Untitled spreadsheet',
    locale: localeOf((properties?.locale ?? 'en_US') as LocaleCode).code,
    ...(properties?.timeZone ? { timeZone: properties.timeZone } : {}),
    ...(call.actor === undefined ? {} : { owner: call.actor, actor: call.actor }),
  });
  for (const sheet of sheets?.length ? sheets : [{}]) {
    const { sheetId, title, hidden, gridProperties: grid } = sheet.properties ?? {};
    const tab = workbook.addTab({
      ...(sheetId === undefined ? {} : { id: sheetId }),
      ...(title === undefined ? {} : { title }),
      ...(grid?.rowCount === undefined ? {} : { rowCount: grid.rowCount }),
      ...(grid?.columnCount === undefined ? {} : { columnCount: grid.columnCount }),
    });
    tab.hidden = hidden ?? false;
    tab.frozenRows = grid?.frozenRowCount ?? 0;
    tab.frozenColumns = grid?.frozenColumnCount ?? 0;
  }
  return spreadsheetResource(workbook);
}
