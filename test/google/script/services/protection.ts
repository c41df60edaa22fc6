import { bounded } from '../../workbook/area.ts';
import type { ProtectedRange } from '../../workbook/attributes.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';
import { areaOfRef, openForWriting, openTab, type RangeRef, type SheetRef } from './refs.ts';

export interface ProtectionView {
  id: number;
  range: RangeRef;
  wholeSheet: boolean;
  description: string;
  warningOnly: boolean;
  editors: string[];
  canEdit: boolean;
  unprotected: RangeRef[];
}

let lastId = 1000;

const isWhole = ({ area }: ProtectedRange): boolean =>
  area.top === undefined && area.bottom === undefined && area.left === undefined && area.right === undefined;

/** Protection. Who protects a range stays among its editors. */
export const protectionServices = {
  'Protection.list': (execution: Execution, ref: SheetRef, wholeSheets: boolean): ProtectionView[] => {
    const { document, tab } = openTab(execution, ref);
    const close = (area: ProtectedRange['area']): RangeRef => {
      const { top, left, bottom, right } = bounded(area, tab.rowCount, tab.columnCount);
      return { ...ref, row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
    };
    return tab.protectedRanges
      .filter((range) => isWhole(range) === wholeSheets)
      .map((range) => ({
        id: range.id,
        range: close(range.area),
        wholeSheet: isWhole(range),
        description: range.description ?? '',
        warningOnly: range.warningOnly,
        editors: [...new Set([document.owner.email, ...range.editors])],
        canEdit:
          range.warningOnly ||
          document.owner.email === execution.user.email ||
          range.editors.includes(execution.user.email),
        unprotected: range.unprotected.map(close),
      }));
  },
  'Protection.add': (execution: Execution, ref: SheetRef, range: RangeRef | null): number => {
    const { document, tab } = openForWriting(execution, ref);
    const id = ++lastId;
    // A new protection lets everybody edit who may edit the document, until editors are removed.
    const editors = [...new Set([execution.user.email, ...document.editors])];
    const area = range ? areaOfRef(range) : {};
    tab.protectedRanges = [...tab.protectedRanges, { id, area, warningOnly: false, editors, unprotected: [] }];
    document.workbook.changed({ kind: 'protection', tabId: tab.id });
    return id;
  },
  'Protection.change': (
    execution: Execution,
    ref: SheetRef,
    id: number,
    change: {
      description?: string;
      warningOnly?: boolean;
      add?: string[];
      remove?: string[];
      unprotected?: RangeRef[];
    } | null,
  ): void => {
    const { document, tab } = openForWriting(execution, ref);
    const range = tab.protectedRanges.find((each) => each.id === id);
    if (!range) throw new ServiceError('The protection has been removed.');
    if (execution.user.email !== document.owner.email && !range.editors.includes(execution.user.email)) {
      throw new ServiceError('You do not have permission to perform that action.');
    }
    const others = tab.protectedRanges.filter((each) => each.id !== id);
    tab.protectedRanges =
      change === null
        ? others
        : [
            ...others,
            {
              ...range,
              ...(change.description === undefined ? {} : { description: change.description }),
              warningOnly: change.warningOnly ?? range.warningOnly,
              // Nobody can lock out the owner or themselves.
              editors: [...new Set([...range.editors, ...(change.add ?? [])])].filter(
                (email) => !change.remove?.includes(email) || email === execution.user.email,
              ),
              unprotected: change.unprotected?.map(areaOfRef) ?? range.unprotected,
            },
          ];
    document.workbook.changed({ kind: 'protection', tabId: tab.id });
  },
};
