import { areaOf } from './area.ts';
import { SheetError } from './errors.ts';
import type { Tab } from './tab.ts';

/** Style of a part of a cell's text; what is absent is as the cell has it. */
export interface TextStyle {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strikethrough?: boolean;
  readonly underline?: boolean;
  readonly fontFamily?: string;
  /** In points. */
  readonly fontSize?: number;
  /** `#rrggbb`, lower case. */
  readonly color?: string;
  /** URL of a link. */
  readonly link?: string;
}

/** Styled text from `start`, in UTF-16 units, to where the next run begins. */
export interface TextRun {
  readonly start: number;
  readonly style: TextStyle;
}

/** Text with its runs: none, or the first begins at 0. */
export interface RichText {
  readonly text: string;
  readonly runs: readonly TextRun[];
}

/** What stands behind a smart chip: the API's Chip. */
export type Chip =
  | { readonly personProperties: { readonly email: string; readonly displayFormat?: string } }
  | { readonly richLinkProperties: { readonly uri: string; readonly mimeType?: string } };

/** A smart chip in a cell's text: it shows the `length` characters from `start`. */
export interface ChipRun {
  readonly start: number;
  readonly length: number;
  readonly chip: Chip;
}

/** Runs as they are kept: in order, beginning at 0, equal neighbours joined; none where nothing is styled. */
export function tidyRuns(text: string, runs: readonly TextRun[]): TextRun[] {
  const sorted = [...runs].sort((a, b) => a.start - b.start);
  if (sorted.some(({ start }, i) => start < 0 || start >= text.length || start === sorted[i + 1]?.start)) {
    throw new SheetError('The runs of text do not lie one after the other within the text.');
  }
  const whole = sorted[0]?.start === 0 ? sorted : [{ start: 0, style: {} }, ...sorted];
  const joined = whole.filter(({ style }, i) => i === 0 || !sameStyle(style, whole[i - 1]!.style));
  return joined.length === 1 && sameStyle(joined[0]!.style, {}) ? [] : joined;
}

const sameStyle = (a: TextStyle, b: TextStyle): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof TextStyle)[]);
  return [...names].every((name) => a[name] === b[name]);
};

/** The text of a cell with its runs; null where it holds no text. */
export function richTextOf(tab: Tab, row: number, column: number): RichText | null {
  const text = tab.value(row, column);
  if (typeof text !== 'string') return null;
  return { text, runs: tab.grid.extra(row, column)?.runs ?? [] };
}

/** Styles parts of the text that a cell holds. @throws SheetError where it holds none */
export function setRuns(tab: Tab, row: number, column: number, runs: readonly TextRun[], actor?: string): void {
  const text = tab.grid.value(row, column);
  if (typeof text !== 'string') {
    if (runs.length === 0) return;
    throw new SheetError('Only text that was entered can have runs.');
  }
  const tidy = tidyRuns(text, runs);
  tab.changeExtra(
    areaOf(row, column),
    'cells',
    ({ runs: _, ...rest }) => (tidy.length ? { ...rest, runs: tidy } : rest),
    actor,
  );
}

/** Enters text that holds smart chips, each showing a text of its own. */
export function setChips(
  tab: Tab,
  row: number,
  column: number,
  parts: readonly (string | { readonly text: string; readonly chip: Chip })[],
): void {
  let text = '';
  const chips: ChipRun[] = [];
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      chips.push({ start: text.length, length: part.text.length, chip: part.chip });
      text += part.text;
    }
  }
  tab.setInput(row, column, text, { mode: 'raw' });
  tab.changeExtra(areaOf(row, column), 'cells', (extra) => (chips.length ? { ...extra, chips } : extra));
}

export function chipsOf(tab: Tab, row: number, column: number): readonly ChipRun[] {
  return tab.grid.extra(row, column)?.chips ?? [];
}

/** A copied cell carries the styles and chips of its text; `from` shows what `to` was given. */
export function copyRichText(tab: Tab, from: [number, number], to: [number, number, Tab]): void {
  const { runs, chips } = tab.grid.extra(...from) ?? {};
  const [row, column, target] = to;
  if (!runs && !chips) return;
  target.changeExtra(areaOf(row, column), 'cells', (extra) => ({
    ...extra,
    ...(runs ? { runs } : {}),
    ...(chips ? { chips } : {}),
  }));
}
