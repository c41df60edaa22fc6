import type { Direction } from '../../shared/mapping.ts';
import type { TableInfo } from '../../shared/protocol/links.ts';

type TableColumn = TableInfo['columns'][number];

/** One column of the table, and the header it is tied to; null leaves it out. */
export interface Choice {
  column: TableColumn;
  header: string | null;
  direction: Direction;
}

/** Names that people write differently for the same thing compare equal: case, spaces, underscores, accents. */
export function normalName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Ties each column of the table to the header of the same name, each header at most once. */
export function matchColumns(columns: readonly TableColumn[], headers: readonly string[]): Choice[] {
  const free = new Map<string, string>();
  for (const header of headers) {
    const name = normalName(header);
    if (name !== '' && !free.has(name)) free.set(name, header);
  }
  return columns.map((column) => {
    const name = normalName(column.name);
    // Column names made from headers get a prefix where a header starts with a digit or is a word of SQL.
    const header = free.get(name) ?? free.get(name.replace(/^col(?=.)/u, '')) ?? null;
    if (header !== null) free.delete(normalName(header));
    return { column, header, direction: column.generated ? 'toSheet' : 'both' };
  });
}

/** Why the choice cannot be linked yet, as sentences; empty if it can. */
export function choiceProblems(choices: readonly Choice[]): string[] {
  const problems: string[] = [];
  const keys = choices.filter(({ column }) => column.primaryKey);
  for (const { column, header } of keys) {
    if (header === null) {
      problems.push(`Choose the sheet column that holds “${column.name}”: it tells the rows of this table apart.`);
    }
  }
  const used = new Map<string, string>();
  for (const { column, header } of choices) {
    if (header === null) continue;
    const other = used.get(header);
    if (other !== undefined) {
      problems.push(`“${header}” is chosen for both “${other}” and “${column.name}”. Choose it for one of them.`);
    }
    used.set(header, column.name);
  }
  return problems;
}

/** What a person should know of the choice before going on. */
export function choiceRemarks(choices: readonly Choice[], headers: readonly string[]): string[] {
  const remarks: string[] = [];
  const needed = choices.filter(
    ({ column, header }) =>
      header === null && !column.nullable && !column.hasDefault && !column.generated && !column.primaryKey,
  );
  if (needed.length > 0) {
    const names = needed.map(({ column }) => `“${column.name}”`).join(', ');
    remarks.push(`The table requires ${names}. Without it, new rows of the sheet cannot be added to the table.`);
  }
  const used = new Set(choices.map(({ header }) => header));
  const left = headers.filter((header) => header.trim() !== '' && !used.has(header));
  if (left.length > 0) {
    const shown = left.slice(0, 4).map((header) => `“${header}”`);
    if (left.length > shown.length) shown.push(`${left.length - shown.length} more`);
    remarks.push(`Not linked and left alone: ${shown.join(', ')}.`);
  }
  return remarks;
}
