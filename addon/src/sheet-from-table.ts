import type { TableInfo } from '../../shared/protocol/links.ts';
import type { TableRules } from '../../shared/protocol/table-rules.ts';
import { sameHeader } from '../../shared/cycle/locate-columns.ts';
import { getTable, getTableRules } from './api.ts';
import { readColumns } from './google/columns.ts';
import { addTab, dressColumns, isEmptyTab, removeTab, writeHeaderRow, type ColumnDress } from './google/dress.ts';
import { documentProperties } from './google/properties.ts';
import { selectCell, spreadsheetFacts } from './google/spreadsheet.ts';
import { linkOf, linkTab, type LinkChoice } from './link-tab.ts';
import { Memory } from './memory.ts';

type Column = TableInfo['columns'][number];
type Rule = TableRules['columns'][number];

/**
 * Ties a table to an empty tab that shows it: this one, or a new one beside it where something stands here. Headers,
 * formats and drop-downs come from the table; the rows come with the first sync, as ever. Answers the tab's id.
 */
export function sheetFromTable(tab: number, choice: LinkChoice): number {
  const empty = isEmptyTab(tab);
  const target = empty ? tab : addTab(tab, choice.table);
  try {
    writeHeaderRow(
      target,
      choice.columns.map(({ header }) => header),
    );
    linkTab(target, choice);
  } catch (error) {
    // Nothing half made is left for a person to clear up.
    if (!empty) removeTab(target);
    throw error;
  }
  new Memory(documentProperties()).rememberDress(target, true);
  dress(target);
  if (!empty) selectCell(target, 1, 1);
  return target;
}

/** Dresses the rows that the first sync brought: rows inserted right below the headers come without any format. */
export function dressAgain(tab: number): void {
  const memory = new Memory(documentProperties());
  if (!memory.isToDress(tab)) return;
  dress(tab);
  memory.rememberDress(tab, false);
}

function dress(tab: number): void {
  const { schema, table } = linkOf(tab);
  const info = getTable(schema, table);
  const rules = getTableRules(schema, table);
  const mapping = new Memory(documentProperties()).mapping(tab);
  const headers = readColumns(tab, spreadsheetFacts().timeZone);
  const columns = (mapping?.columns ?? []).flatMap((mapped): ColumnDress[] => {
    const position = headers.findIndex(({ id, header }) => id === mapped.id || sameHeader(header, mapped.header)) + 1;
    const column = info.columns.find(({ name }) => name === mapped.column);
    const rule = rules.columns.find(({ name }) => name === mapped.column);
    return position === 0 || !column || !rule ? [] : [{ position, ...dressOf(column, rule) }];
  });
  dressColumns(tab, columns);
}

/** How a column of the table looks in a sheet. */
export function dressOf(column: Column, rule: Rule): Omit<ColumnDress, 'position'> {
  return {
    format: formatOf(column),
    note: noteOf(column, rule),
    choices: column.generated ? null : (rule.choices?.values ?? null),
    maxLength: column.generated ? null : rule.maxLength,
    computed: column.generated && !column.primaryKey,
  };
}

function formatOf({ kind, type }: Column): string | null {
  switch (kind) {
    case 'integer':
      // A long number travels as text, which no number format touches.
      return '0';
    case 'decimal': {
      const scale = Number(/^numeric\(\d+,(\d+)\)$/.exec(type)?.[1] ?? NaN);
      return scale > 0 ? `0.${'0'.repeat(scale)}` : scale === 0 ? '0' : null;
    }
    case 'money':
    case 'float':
    case 'boolean':
      return null;
    case 'date':
      return 'yyyy-mm-dd';
    case 'time':
      return 'hh:mm:ss';
    case 'timestamp':
    case 'timestamptz':
      return 'yyyy-mm-dd hh:mm:ss';
    default:
      // Text stays what was typed.
      return '@';
  }
}

/** What a person should know of a column before typing into it. */
function noteOf(column: Column, rule: Rule): string | null {
  const lines: string[] = [];
  if (column.comment !== null && column.comment.trim() !== '' && column.comment !== column.name) {
    lines.push(column.comment.trim());
  }
  if (column.primaryKey) {
    lines.push(
      column.hasDefault
        ? 'Tells the rows apart. Leave it empty in a new row: the database fills it.'
        : 'Tells the rows apart: each row needs one of its own.',
    );
  } else if (column.generated) {
    lines.push('Computed by the database: what is typed here does not stay.');
  } else if (rule.required) lines.push('Required.');
  if (rule.maxLength !== null) lines.push(`At most ${rule.maxLength} characters.`);
  if (rule.refersTo !== null) lines.push(`One of “${rule.refersTo.name}”, by its ${rule.refersTo.column}.`);
  return lines.length === 0 ? null : lines.join('\n');
}
