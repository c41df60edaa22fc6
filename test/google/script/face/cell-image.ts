import { ValueType } from './enums.ts';

/** An image in a cell, as `getValue()` answers it: an object that is neither a Date nor text. */
export class CellImageFace {
  readonly valueType = ValueType.IMAGE;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  getAltTextDescription(): string {
    return '';
  }

  getAltTextTitle(): string {
    return '';
  }

  getContentUrl(): string {
    return this.#url;
  }

  getUrl(): string | null {
    return this.#url;
  }

  toString(): string {
    return 'CellImage';
  }
}
