import { decodeUtf8, encodeUtf8 } from './base64.ts';

import Base = GoogleAppsScript.Base;

const types: Record<string, string> = {
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  png: 'image/png',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

export class BlobFace implements Base.Blob {
  #bytes: number[];
  #type: string | null;
  #name: string | null;

  constructor(bytes: number[], type: string | null = null, name: string | null = null) {
    this.#bytes = bytes;
    this.#type = type;
    this.#name = name;
  }

  static ofText(text: string, type: string | null = 'text/plain', name: string | null = null): BlobFace {
    return new BlobFace(encodeUtf8(text), type, name);
  }

  getBytes(): number[] {
    return [...this.#bytes];
  }

  setBytes(bytes: number[]): this {
    this.#bytes = [...bytes];
    return this;
  }

  getDataAsString(charset = 'UTF-8'): string {
    if (/^(ISO-8859-1|latin1)$/i.test(charset)) return this.#bytes.map((b) => String.fromCharCode(b & 255)).join('');
    return decodeUtf8(this.#bytes);
  }

  setDataFromString(text: string): this {
    return this.setBytes(encodeUtf8(text));
  }

  getContentType(): string | null {
    return this.#type;
  }

  setContentType(type: string | null): this {
    this.#type = type;
    return this;
  }

  setContentTypeFromExtension(): this {
    return this.setContentType(types[this.#name?.split('.').pop() ?? ''] ?? null);
  }

  getName(): string | null {
    return this.#name;
  }

  setName(name: string): this {
    this.#name = name;
    return this;
  }

  copyBlob(): BlobFace {
    return new BlobFace(this.getBytes(), this.#type, this.#name);
  }

  /** Deprecated: the same blob, in an array. */
  getAllBlobs(): BlobFace[] {
    return [this];
  }

  getBlob(): BlobFace {
    return this;
  }

  getAs(type: string): BlobFace {
    return this.copyBlob().setContentType(type);
  }

  isGoogleType(): boolean {
    return false;
  }
}
