/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import Sheets = GoogleAppsScript.Spreadsheet;

export interface RichTextValueFace extends Sheets.RichTextValue {}

/** Text that is never parsed when it is set. Styles and links of parts are accepted and not kept. */
export class RichTextValueFace {
  readonly #text: string;
  readonly #link: string | null;

  constructor(text: string, link: string | null = null) {
    this.#text = text;
    this.#link = link;
  }

  getText(): string {
    return this.#text;
  }

  getLinkUrl(): string | null {
    return this.#link;
  }

  getStartIndex(): number {
    return 0;
  }

  getEndIndex(): number {
    return this.#text.length;
  }

  getRuns(): RichTextValueFace[] {
    return [this];
  }

  copy(): RichTextValueBuilderFace {
    return new RichTextValueBuilderFace().setText(this.#text).setLinkUrl(this.#link);
  }
}

export class RichTextValueBuilderFace implements Sheets.RichTextValueBuilder {
  #text = '';
  #link: string | null = null;

  setText(text: string): this {
    this.#text = String(text);
    return this;
  }

  setLinkUrl(...args: [string | null] | [number, number, string | null]): this {
    this.#link = args.length === 1 ? args[0] : args[2];
    return this;
  }

  setTextStyle(): this {
    return this;
  }

  build(): RichTextValueFace {
    return new RichTextValueFace(this.#text, this.#link);
  }
}
