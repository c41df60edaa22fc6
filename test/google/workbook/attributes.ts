import type { OpenArea } from './area.ts';

/** A protected range, or a protected tab where the area is open on all sides. */
export interface ProtectedRange {
  readonly id: number;
  readonly area: OpenArea;
  readonly description?: string;
  /** Only warns; never refuses. */
  readonly warningOnly: boolean;
  /** E-mail addresses besides the owner's. */
  readonly editors: readonly string[];
  /** Ranges inside a protected tab that anybody may edit. */
  readonly unprotected: readonly OpenArea[];
}

export interface NamedRange {
  readonly id: string;
  readonly name: string;
  readonly tabId: number;
  readonly area: OpenArea;
}

/** The tab's basic filter; rows whose value in `column` is hidden are not shown, but stay in every read. */
export interface BasicFilter {
  readonly area: OpenArea;
  readonly criteria: Readonly<Record<number, { readonly hiddenValues?: readonly string[] }>>;
}

/** What changed, for listeners: enough to redraw a grid or to make an event of it. */
export interface Change {
  kind:
    | 'cells'
    | 'formats'
    | 'notes'
    | 'validation'
    | 'protection'
    | 'metadata'
    | 'merges'
    | 'visibility'
    | 'insertRows'
    | 'insertColumns'
    | 'deleteRows'
    | 'deleteColumns'
    | 'moveRows'
    | 'moveColumns'
    | 'sort'
    | 'addTab'
    | 'deleteTab'
    | 'tabProperties'
    | 'properties'
    | 'restore';
  tabId?: number;
  area?: OpenArea;
  /** Who did it, as the writer said: an e-mail address, or nothing. */
  actor?: string;
}
