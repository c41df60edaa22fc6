import { SheetError } from './errors.ts';

/** Developer metadata: a key and a value that stick to the spreadsheet, a tab, one row or one column. */
export interface DeveloperMetadata {
  readonly id: number;
  readonly key: string;
  readonly value?: string;
  readonly visibility: 'DOCUMENT' | 'PROJECT';
  readonly location: MetadataLocation;
}

export type MetadataLocation =
  | { readonly type: 'SPREADSHEET' }
  | { readonly type: 'SHEET'; readonly tabId: number }
  /** `index`: the 1-based row or column it stands on now. */
  | { readonly type: 'ROW' | 'COLUMN'; readonly tabId: number; readonly index: number };

/** Characters of keys and values that a tab takes, its rows and columns included; the spreadsheet itself as many. */
const MOST_CHARS = 30_000;

/** @throws SheetError where there is no room for one more */
export function checkMetadataRoom(present: readonly DeveloperMetadata[], added: Omit<DeveloperMetadata, 'id'>): void {
  const placeOf = ({ location }: Pick<DeveloperMetadata, 'location'>) => ('tabId' in location ? location.tabId : null);
  const size = ({ key, value = '' }: Pick<DeveloperMetadata, 'key' | 'value'>) => key.length + value.length;
  const place = placeOf(added);
  const used = present.reduce((sum, item) => sum + (placeOf(item) === place ? size(item) : 0), 0);
  if (used + size(added) > MOST_CHARS) throw new SheetError('Developer metadata exceeds the storage limit.');
}
