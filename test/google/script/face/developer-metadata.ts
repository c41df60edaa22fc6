import type { DeveloperMetadata as Metadata, MetadataLocation } from '../../workbook/metadata.ts';
import type { MetadataFilter, MetadataPlace } from '../services/developer-metadata.ts';
import type { RangeRef } from '../services/refs.ts';
import { DeveloperMetadataLocationType, DeveloperMetadataVisibility } from './enums.ts';
import { make, refOf } from './make.ts';
import { call, exception } from './rpc.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

/** Where metadata of a Range stands: on whole rows or columns alone. */
export function wholeLines({ doc, sheet, row, column, rows, columns }: RangeRef): MetadataPlace {
  const { maxRows, maxColumns } = call('Sheet.describe', { doc, sheet });
  if (row === 1 && rows === maxRows) {
    return { doc, sheet, lines: { type: 'COLUMN', from: column, to: column + columns - 1 } };
  }
  if (column === 1 && columns === maxColumns) {
    return { doc, sheet, lines: { type: 'ROW', from: row, to: row + rows - 1 } };
  }
  throw exception(
    'Adding developer metadata to arbitrary ranges is not currently supported. Developer metadata may only be added to the top-level spreadsheet, an individual sheet, or an entire row or column.',
  );
}

/** addDeveloperMetadata's arguments after the key: value, visibility, either or both. DOCUMENT unless said otherwise. */
export function addMetadata(
  place: MetadataPlace,
  key: string,
  rest: (string | Sheets.DeveloperMetadataVisibility)[],
): void {
  const value = rest.find((item): item is string => typeof item === 'string') ?? null;
  const visibility = rest.find((item) => typeof item !== 'string');
  call('DeveloperMetadata.add', place, key, value, String(visibility ?? 'DOCUMENT') as 'DOCUMENT');
}

export class DeveloperMetadataFace implements Sheets.DeveloperMetadata {
  readonly #doc: string;
  readonly #id: number;

  constructor(doc: string, id: number) {
    this.#doc = doc;
    this.#id = id;
  }

  #read(): Metadata {
    return call('DeveloperMetadata.get', this.#doc, this.#id);
  }

  #move(location: MetadataLocation): this {
    call('DeveloperMetadata.update', this.#doc, this.#id, { location });
    return this;
  }

  getId(): number {
    return this.#id;
  }

  getKey(): string {
    return this.#read().key;
  }

  getValue(): string | null {
    return this.#read().value ?? null;
  }

  getVisibility(): Sheets.DeveloperMetadataVisibility {
    return DeveloperMetadataVisibility[this.#read().visibility];
  }

  setKey(key: string): this {
    call('DeveloperMetadata.update', this.#doc, this.#id, { key });
    return this;
  }

  setValue(value: string): this {
    call('DeveloperMetadata.update', this.#doc, this.#id, { value });
    return this;
  }

  setVisibility(visibility: Sheets.DeveloperMetadataVisibility): this {
    call('DeveloperMetadata.update', this.#doc, this.#id, { visibility: String(visibility) as 'DOCUMENT' });
    return this;
  }

  moveToColumn(column: Sheets.Range): this {
    const ref = refOf(column);
    return this.#move({ type: 'COLUMN', tabId: ref.sheet, index: ref.column });
  }

  moveToRow(row: Sheets.Range): this {
    const ref = refOf(row);
    return this.#move({ type: 'ROW', tabId: ref.sheet, index: ref.row });
  }

  moveToSheet(sheet: Sheets.Sheet): this {
    return this.#move({ type: 'SHEET', tabId: sheet.getSheetId() });
  }

  moveToSpreadsheet(): this {
    return this.#move({ type: 'SPREADSHEET' });
  }

  remove(): void {
    call('DeveloperMetadata.remove', this.#doc, this.#id);
  }

  getLocation(): Sheets.DeveloperMetadataLocation {
    const doc = this.#doc;
    const { location } = this.#read();
    const line = (type: 'ROW' | 'COLUMN'): Sheets.Range | null => {
      if (location.type !== type) return null;
      const sheet = make.sheet({ doc, sheet: location.tabId });
      return type === 'COLUMN'
        ? sheet.getRange(1, location.index, sheet.getMaxRows(), 1)
        : sheet.getRange(location.index, 1, 1, sheet.getMaxColumns());
    };
    return {
      getColumn: () => line('COLUMN'),
      getRow: () => line('ROW'),
      getSheet: () => (location.type === 'SPREADSHEET' ? null : make.sheet({ doc, sheet: location.tabId })),
      getSpreadsheet: () => (location.type === 'SPREADSHEET' ? make.spreadsheet(doc) : null),
      getLocationType: () => DeveloperMetadataLocationType[location.type],
    };
  }
}

export class DeveloperMetadataFinderFace implements Sheets.DeveloperMetadataFinder {
  readonly #place: MetadataPlace;
  // A finder looks on the place and everything on it unless it is restricted to a location type.
  readonly #filter: MetadataFilter = { intersecting: true };

  constructor(place: MetadataPlace) {
    this.#place = place;
  }

  withId(id: number): this {
    this.#filter.id = id;
    return this;
  }

  withKey(key: string): this {
    this.#filter.key = key;
    return this;
  }

  withValue(value: string): this {
    this.#filter.value = value;
    return this;
  }

  withVisibility(visibility: Sheets.DeveloperMetadataVisibility): this {
    this.#filter.visibility = String(visibility);
    return this;
  }

  withLocationType(type: Sheets.DeveloperMetadataLocationType): this {
    this.#filter.type = String(type);
    return this;
  }

  onIntersectingLocations(): this {
    this.#filter.intersecting = true;
    return this;
  }

  find(): DeveloperMetadataFace[] {
    const found = call('DeveloperMetadata.find', this.#place, this.#filter);
    return found.map((item) => new DeveloperMetadataFace(this.#place.doc, item.id));
  }
}
