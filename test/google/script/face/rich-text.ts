import type { RichText, TextRun, TextStyle } from '../../workbook/rich-text.ts';
import { exception } from './rpc.ts';
import { TextStyleFace } from './text-style.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

interface Part {
  start: number;
  end: number;
  style: TextStyle;
}

/** The runs of a text from end to end, each with where it ends. */
function partsOf({ text, runs }: RichText): Part[] {
  const all: readonly TextRun[] = runs.length ? runs : [{ start: 0, style: {} }];
  return all.map(({ start, style }, i) => ({ start, end: all[i + 1]?.start ?? text.length, style }));
}

/** What all of some styles agree on. */
function common(styles: readonly TextStyle[]): TextStyle {
  const [first = {}, ...rest] = styles;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((style) => style[name as 'bold'] === value)),
  );
}

/** Text with styles and links of its parts, that is never parsed when it is set. */
export class RichTextValueFace implements Sheets.RichTextValue {
  readonly rich: RichText;
  /** Of a run: where it lies within the text it is from. */
  readonly #offset: number;

  constructor(rich: RichText, offset = 0) {
    this.rich = rich;
    this.#offset = offset;
  }

  getText(): string {
    return this.rich.text;
  }

  getStartIndex(): number {
    return this.#offset;
  }

  getEndIndex(): number {
    return this.#offset + this.rich.text.length;
  }

  getRuns(): RichTextValueFace[] {
    return partsOf(this.rich).map(({ start, end, style }) => {
      const text = this.rich.text.slice(start, end);
      const runs = Object.keys(style).length ? [{ start: 0, style }] : [];
      return new RichTextValueFace({ text, runs }, this.#offset + start);
    });
  }

  #within(range: readonly number[]): TextStyle {
    const [from = 0, to = this.rich.text.length] = range;
    checkOffsets(this.rich.text, from, to);
    return common(partsOf(this.rich).flatMap(({ start, end, style }) => (start < to && end > from ? [style] : [])));
  }

  /** Null where there is none, or more than one. */
  getLinkUrl(...range: number[]): string | null {
    return this.#within(range).link ?? null;
  }

  getTextStyle(...range: number[]): TextStyleFace {
    const { link: _, ...style } = this.#within(range);
    return new TextStyleFace(style);
  }

  copy(): RichTextValueBuilderFace {
    return new RichTextValueBuilderFace(this.rich);
  }
}

function checkOffsets(text: string, from: number, to: number): void {
  if (from < 0 || to > text.length || (from >= to && text !== '')) {
    throw exception(`Illegal argument: offsets ${from} to ${to} of a text of ${text.length} characters.`);
  }
}

export class RichTextValueBuilderFace implements Sheets.RichTextValueBuilder {
  #text: string;
  /** Style of each character. */
  #styles: TextStyle[];

  constructor(from: RichText = { text: '', runs: [] }) {
    this.#text = from.text;
    this.#styles = partsOf(from).flatMap(({ start, end, style }) => new Array<TextStyle>(end - start).fill(style));
  }

  /** Takes away styles and links that were set before. */
  setText(text: string): this {
    this.#text = String(text);
    this.#styles = new Array<TextStyle>(this.#text.length).fill({});
    return this;
  }

  #change([from, to]: readonly [number, number], change: (style: TextStyle) => TextStyle): this {
    checkOffsets(this.#text, from, to);
    for (let i = from; i < to; i++) this.#styles[i] = change(this.#styles[i]!);
    return this;
  }

  setLinkUrl(...args: [string | null] | [number, number, string | null]): this {
    const url = args.length === 1 ? args[0] : args[2];
    const place = args.length === 1 ? ([0, this.#text.length] as const) : ([args[0], args[1]] as const);
    return this.#change(place, ({ link: _, ...rest }) => (url ? { ...rest, link: String(url) } : rest));
  }

  setTextStyle(...args: [Sheets.TextStyle | null] | [number, number, Sheets.TextStyle | null]): this {
    const given = args.length === 1 ? args[0] : args[2];
    const place = args.length === 1 ? ([0, this.#text.length] as const) : ([args[0], args[1]] as const);
    const style = (given as TextStyleFace | null)?.style ?? {};
    return this.#change(place, ({ link }) => (link === undefined ? style : { ...style, link }));
  }

  build(): RichTextValueFace {
    const runs: TextRun[] = [];
    const token = (style: TextStyle): string => JSON.stringify(Object.entries(style).sort());
    this.#styles.forEach((style, start) => {
      if (start === 0 || token(style) !== token(this.#styles[start - 1]!)) runs.push({ start, style });
    });
    const plain = runs.every(({ style }) => Object.keys(style).length === 0);
    return new RichTextValueFace({ text: this.#text, runs: plain ? [] : runs });
  }
}
