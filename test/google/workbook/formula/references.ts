import { columnLetters, columnNumber } from '../../../../shared/a1.ts';
import { quoteTitle } from '../area.ts';
import type { Shift } from '../shift.ts';
import { tokenize } from './lexer.ts';

/** One end of a reference; a missing row or column is an open side (`A2:A`, `3:3`). */
export interface ReferenceEnd {
  row?: number;
  column?: number;
  rowFixed: boolean;
  columnFixed: boolean;
}

export interface Reference {
  /** Title of the tab before `!`; without it the formula's own tab. */
  tab?: string;
  start: ReferenceEnd;
  end?: ReferenceEnd;
}

/** Reads a reference token; null for one that is already `#REF!`. */
export function parseReference(text: string): Reference | null {
  const bang = text.lastIndexOf('!', text.endsWith('#REF!') ? text.length - 2 : undefined);
  let tab = bang < 0 ? undefined : text.slice(0, bang);
  if (tab?.startsWith("'")) tab = tab.slice(1, -1).replaceAll("''", "'");
  const [start, end] = text
    .slice(bang + 1)
    .split(':')
    .map(parseEnd);
  if (!start || end === null) return null;
  return { ...(tab === undefined ? {} : { tab }), start, ...(end ? { end } : {}) };
}

function parseEnd(text: string): ReferenceEnd | null {
  const match = /^(\$?)([A-Za-z]{1,3})?(\$?)(\d+)?$/.exec(text);
  if (!match || (match[2] === undefined && match[4] === undefined)) return null;
  const [, first, letters, second, digits] = match;
  const rowOnly = letters === undefined;
  return {
    ...(digits === undefined ? {} : { row: Number(digits) }),
    ...(rowOnly ? {} : { column: columnNumber(letters) }),
    rowFixed: rowOnly ? first === '$' : second === '$',
    columnFixed: !rowOnly && first === '$',
  };
}

export function formatReference(reference: Reference): string {
  const end = (e: ReferenceEnd): string =>
    (e.column === undefined ? '' : (e.columnFixed ? '$' : '') + columnLetters(e.column)) +
    (e.row === undefined ? '' : (e.rowFixed ? '$' : '') + String(e.row));
  const tab = reference.tab === undefined ? '' : `${quoteTitle(reference.tab)}!`;
  return tab + end(reference.start) + (reference.end ? `:${end(reference.end)}` : '');
}

/**
 * Rewrites every reference of a formula (with its `=`); `change` answers the new one, null for `#REF!`, or the very
 * object it was given to leave the text alone. A formula that does not tokenise comes back as it is.
 */
export function rewriteReferences(formula: string, change: (reference: Reference) => Reference | null): string {
  const tokens = tokenize(formula.slice(1));
  if (!tokens) return formula;
  let changed = false;
  const texts = tokens.map((token) => {
    if (token.kind !== 'reference') return token.text;
    const reference = parseReference(token.text);
    if (!reference) return token.text;
    const result = change(reference);
    if (result === reference) return token.text;
    changed = true;
    return result ? formatReference(result) : '#REF!';
  });
  return changed ? `=${texts.join('')}` : formula;
}

/** What a row or column insertion, deletion or move makes of a reference into the shifted tab. */
export function shiftReference(reference: Reference, shift: Shift): Reference | null {
  const axis = shift.axis;
  const { start, end } = reference;
  if (!end) {
    const at = start[axis];
    const moved = at === undefined ? null : shift.position(at);
    if (moved === at) return reference;
    return moved === null ? null : { ...reference, start: { ...start, [axis]: moved } };
  }
  const [low, high] = [start[axis], end[axis]];
  if (low === undefined && high === undefined) return reference;
  const flipped = low !== undefined && high !== undefined && low > high;
  const [a, b] = flipped ? [high, low] : [low, high];
  const span = shift.span(a ?? 1, b ?? Number.MAX_SAFE_INTEGER);
  if (!span) return null;
  const place = (e: ReferenceEnd, at: number): ReferenceEnd => (e[axis] === undefined ? e : { ...e, [axis]: at });
  const moved = { ...reference, start: place(start, span[flipped ? 1 : 0]), end: place(end, span[flipped ? 0 : 1]) };
  return moved.start[axis] === low && moved.end[axis] === high ? reference : moved;
}

/** A formula as it reads after being copied `rows` down and `columns` right: relative ends move along. */
export function offsetFormula(formula: string, rows: number, columns: number): string {
  if (rows === 0 && columns === 0) return formula;
  const move = (end: ReferenceEnd): ReferenceEnd | null => {
    const row = end.row === undefined || end.rowFixed ? end.row : end.row + rows;
    const column = end.column === undefined || end.columnFixed ? end.column : end.column + columns;
    if ((row ?? 1) < 1 || (column ?? 1) < 1) return null;
    return { ...end, ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }) };
  };
  return rewriteReferences(formula, (reference) => {
    const start = move(reference.start);
    const end = reference.end && move(reference.end);
    if (!start || end === null) return null;
    return { ...reference, start, ...(end ? { end } : {}) };
  });
}
