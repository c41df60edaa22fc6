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
