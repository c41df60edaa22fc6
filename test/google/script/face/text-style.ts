import type { TextStyle } from '../../workbook/rich-text.ts';
import { exception } from './rpc.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

/** Colours are told as `#rrggbb`; Color objects are not part of the local Google. */
const noColorObjects = (): never => {
  throw exception('TextStyle color objects are not part of the local Google.');
};

export class TextStyleFace implements Sheets.TextStyle {
  readonly style: Omit<TextStyle, 'link'>;

  constructor(style: Omit<TextStyle, 'link'> = {}) {
    this.style = style;
  }

  getFontFamily(): string | null {
    return this.style.fontFamily ?? null;
  }

  getFontSize(): number | null {
    return this.style.fontSize ?? null;
  }

  getForegroundColor(): string | null {
    return this.style.color ?? null;
  }

  getForegroundColorObject(): Sheets.Color | null {
    return noColorObjects();
  }

  isBold(): boolean | null {
    return this.style.bold ?? null;
  }

  isItalic(): boolean | null {
    return this.style.italic ?? null;
  }

  isStrikethrough(): boolean | null {
    return this.style.strikethrough ?? null;
  }

  isUnderline(): boolean | null {
    return this.style.underline ?? null;
  }

  copy(): TextStyleBuilderFace {
    return new TextStyleBuilderFace(this.style);
  }
}

export class TextStyleBuilderFace implements Sheets.TextStyleBuilder {
  #style: Omit<TextStyle, 'link'>;

  constructor(style: Omit<TextStyle, 'link'> = {}) {
    this.#style = { ...style };
  }

  #set(change: TextStyle): this {
    this.#style = { ...this.#style, ...change };
    return this;
  }

  setBold(bold: boolean): this {
    return this.#set({ bold });
  }

  setItalic(italic: boolean): this {
    return this.#set({ italic });
  }

  setStrikethrough(strikethrough: boolean): this {
    return this.#set({ strikethrough });
  }

  setUnderline(underline: boolean): this {
    return this.#set({ underline });
  }

  setFontFamily(fontFamily: string): this {
    return this.#set({ fontFamily });
  }

  setFontSize(fontSize: number): this {
    return this.#set({ fontSize });
  }

  setForegroundColor(color: string): this {
    if (!/^#[0-9a-f]{6}$/i.test(color)) throw exception(`Invalid argument: ${color}`);
    return this.#set({ color: color.toLowerCase() });
  }

  setForegroundColorObject(): this {
    return noColorObjects();
  }

  build(): TextStyleFace {
    return new TextStyleFace(this.#style);
  }
}
