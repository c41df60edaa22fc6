import type { Account } from '../accounts/people.ts';
import type { Tab } from '../workbook/tab.ts';
import type { Workbook } from '../workbook/workbook.ts';

/** Who may do what with a spreadsheet. */
export type Right = 'none' | 'view' | 'edit' | 'own';

/** What a person has selected in one document; scripts that the person starts see it. */
export interface Selection {
  sheet: number;
  row: number;
  column: number;
  rows: number;
  columns: number;
}

/** A spreadsheet as Drive holds it: the workbook, who may open it, and where people stand in it. */
export class SheetDocument {
  readonly editors = new Set<string>();
  readonly viewers = new Set<string>();
  readonly selections = new Map<string, Selection>();

  constructor(
    readonly workbook: Workbook,
    readonly owner: Account,
  ) {}

  get id(): string {
    return this.workbook.id;
  }

  rightOf(account: Account): Right {
    if (account.email === this.owner.email) return 'own';
    if (this.editors.has(account.email)) return 'edit';
    return this.viewers.has(account.email) ? 'view' : 'none';
  }

  canEdit(account: Account): boolean {
    const right = this.rightOf(account);
    return right === 'own' || right === 'edit';
  }

  /** Where the person stands; the first tab's A1 until they selected something. */
  selectionOf(account: Account): Selection {
    const stored = this.selections.get(account.email);
    if (stored && this.workbook.tabById(stored.sheet)) return stored;
    const first: Tab = this.workbook.tabs[0]!;
    return { sheet: first.id, row: 1, column: 1, rows: 1, columns: 1 };
  }

  select(account: Account, selection: Selection): void {
    this.selections.set(account.email, selection);
  }
}
