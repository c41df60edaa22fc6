import type { LinkRules } from '../../shared/protocol/table-rules.ts';
import { sameHeader } from '../../shared/cycle/locate-columns.ts';
import { getLinkRules } from './api.ts';
import { readColumns } from './google/columns.ts';
import { dressColumns, renewColumnRules, type ColumnDress } from './google/dress.ts';
import { logError } from './google/log.ts';
import { spreadsheetFacts } from './google/spreadsheet.ts';
import type { LinkRecord, Memory } from './memory.ts';

type Column = LinkRules['columns'][number];

/** Gives a tab that was made from its table the table's formats, drop-downs, notes and warnings, and remembers which. */
export function dressTab(memory: Memory, link: LinkRecord, due: boolean): void {
  const { choices, columns } = getLinkRules(link.id);
  const placed = place(link, columns);
  const given = dressColumns(
    link.sheet,
    placed.map(({ position, column }) => ({ position, ...dressOf(column) })),
  );
  memory.rememberDress(link.sheet, { due, choices, rules: rulesById(placed, given) });
}

/**
 * Makes the tab's drop-downs anew (R39): the table takes other values than they were made from. What that comes to is
 * seen by whoever types; it must not end the sync that noticed it, and is tried again with the next one.
 */
export function renewRules(memory: Memory, link: LinkRecord): void {
  const dress = memory.dress(link.sheet);
  if (dress === null) return;
  try {
    const { choices, columns } = getLinkRules(link.id);
    const placed = place(link, columns);
    const given = renewColumnRules(
      link.sheet,
      placed.map(({ position, column }) => {
        const { choices, maxLength } = column;
        return { position, choices, maxLength, former: dress.rules[column.id] ?? null };
      }),
    );
    memory.rememberDress(link.sheet, { due: false, choices, rules: { ...dress.rules, ...rulesById(placed, given) } });
  } catch (error) {
    logError(error);
  }
}

interface Placed {
  position: number;
  column: Column;
}

/** The columns that the tab has, with their positions. */
function place({ sheet }: LinkRecord, columns: readonly Column[]): Placed[] {
  const headers = readColumns(sheet, spreadsheetFacts().timeZone);
  return columns.flatMap((column) => {
    const tagged = headers.findIndex(({ id }) => id === column.id);
    const position = tagged >= 0 ? tagged : headers.findIndex(({ header }) => sameHeader(header, column.header));
    return position < 0 ? [] : [{ position: position + 1, column }];
  });
}

function rulesById(placed: readonly Placed[], given: ReadonlyMap<number, string | null>): Record<string, string> {
  return Object.fromEntries(
    placed.flatMap(({ position, column }) => {
      const rule = given.get(position) ?? null;
      return rule === null ? [] : [[column.id, rule]];
    }),
  );
}

/** How a column of the link looks in a sheet. */
function dressOf(column: Column): Omit<ColumnDress, 'position'> {
  const { choices, maxLength, generated, from, key } = column;
  const computed = (generated || from !== null) && !key;
  return { format: formatOf(column), note: noteOf(column), choices, maxLength, computed };
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
function noteOf({ comment, key, hasDefault, generated, from, required, maxLength, refersTo }: Column): string | null {
  const lines: string[] = [];
  if (comment !== null && comment.trim() !== '') lines.push(comment.trim());
  if (key) {
    lines.push(
      hasDefault
        ? 'Tells the rows apart. Leave it empty in a new row: the database fills it.'
        : 'Tells the rows apart: each row needs one of its own.',
    );
  } else if (from !== null) lines.push(`Comes from “${from}”: what is typed here does not stay.`);
  else if (generated) lines.push('Computed by the database: what is typed here does not stay.');
  else if (required) lines.push('Required.');
  if (maxLength !== null) lines.push(`At most ${maxLength} characters.`);
  if (refersTo !== null) lines.push(`One of “${refersTo.name}”, by its ${refersTo.by}.`);
  return lines.length === 0 ? null : lines.join('\n');
}
