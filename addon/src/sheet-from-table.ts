import type { TableInfo } from '../../shared/protocol/links.ts';
import type { TableRules } from '../../shared/protocol/table-rules.ts';
import { sameHeader } from '../../shared/cycle/locate-columns.ts';
import { changeOptions, getChoices, getOptions, getTable, getTableRules } from './api.ts';
import { readColumns } from './google/columns.ts';
import { addTab, dressColumns, isEmptyTab, removeTab, writeHeaderRow, type ColumnDress } from './google/dress.ts';
import { documentProperties } from './google/properties.ts';
import { selectCell, spreadsheetFacts } from './google/spreadsheet.ts';
import { linkOf, linkTab, unlinkTab, type LinkChoice } from './link-tab.ts';
import { Memory } from './memory.ts';

type Column = TableInfo['columns'][number];
type Rule = TableRules['columns'][number];

/** What is shown in place of a foreign key: a column of the other table, and its values where a drop-down holds them. */
interface Label {
  name: string;
  choices: string[] | null;
}

/**
 * Ties a table to an empty tab that shows it: this one, or a new one beside it where something stands here. Headers,
 * formats and drop-downs come from the table; the rows come with the first sync, as ever. Foreign keys named in `labels`
 * are shown by that column of the other table. Answers the tab's id.
 */
export function sheetFromTable(tab: number, choice: LinkChoice, labels: Readonly<Record<string, string>>): number {
  const empty = isEmptyTab(tab);
  const target = empty ? tab : addTab(tab, choice.table);
  try {
    writeHeaderRow(
      target,
      choice.columns.map(({ header }) => header),
    );
    linkTab(target, choice);
    showLabels(target, labels);
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

/** Sets what stands for foreign keys, before anything is compared. A link that can't show it is not left behind. */
function showLabels(tab: number, labels: Readonly<Record<string, string>>): void {
  const columns = (new Memory(documentProperties()).mapping(tab)?.columns ?? []).flatMap(({ id, column }) => {
    const label = labels[column];
    return label === undefined ? [] : [[id, { label }] as const];
  });
  if (columns.length === 0) return;
  try {
    changeOptions(linkOf(tab).id, { columns: Object.fromEntries(columns) });
  } catch (error) {
    unlinkTab(tab);
    throw error;
  }
}

/** Dresses the rows that the first sync brought: rows inserted right below the headers come without any format. */
export function dressAgain(tab: number): void {
  const memory = new Memory(documentProperties());
  if (!memory.isToDress(tab)) return;
  dress(tab);
  memory.rememberDress(tab, false);
}

function dress(tab: number): void {
  const { id: link, schema, table } = linkOf(tab);
  const info = getTable(schema, table);
  const rules = getTableRules(schema, table);
  const labels = rules.columns.some(({ refersTo }) => refersTo !== null) ? labelsOf(link) : new Map<string, Label>();
  const mapping = new Memory(documentProperties()).mapping(tab);
  const headers = readColumns(tab, spreadsheetFacts().timeZone);
  const columns = (mapping?.columns ?? []).flatMap((mapped): ColumnDress[] => {
    const position = headers.findIndex(({ id, header }) => id === mapped.id || sameHeader(header, mapped.header)) + 1;
    const column = info.columns.find(({ name }) => name === mapped.column);
    const rule = rules.columns.find(({ name }) => name === mapped.column);
    return position === 0 || !column || !rule
      ? []
      : [{ position, ...dressOf(column, rule, labels.get(column.name) ?? null) }];
  });
  dressColumns(tab, columns);
}

/** What the link shows in place of foreign keys, by column of the table. A person may have chosen anew since. */
function labelsOf(link: string): Map<string, Label> {
  const labels = new Map<string, Label>();
  for (const { id, column, label } of getOptions(link).columns) {
    if (label === null) continue;
    const { choices, more } = getChoices(link, id);
    // A list that lacks some would mark good values as wrong.
    labels.set(column, { name: label, choices: more || choices.length === 0 ? null : choices });
  }
  return labels;
}

/** How a column of the table looks in a sheet. */
function dressOf(column: Column, rule: Rule, label: Label | null): Omit<ColumnDress, 'position'> {
  const choices = label ? label.choices : (rule.choices?.values ?? null);
  return {
    // A label is text, whatever its key is.
    format: label ? '@' : formatOf(column),
    note: noteOf(column, rule, label),
    choices: column.generated ? null : choices,
    // That of the key, which nobody types where a label is shown.
    maxLength: column.generated || label ? null : rule.maxLength,
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
function noteOf(column: Column, rule: Rule, label: Label | null): string | null {
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
  if (rule.maxLength !== null && !label) lines.push(`At most ${rule.maxLength} characters.`);
  if (rule.refersTo !== null)
    lines.push(`One of “${rule.refersTo.name}”, by its ${label?.name ?? rule.refersTo.column}.`);
  return lines.length === 0 ? null : lines.join('\n');
}
