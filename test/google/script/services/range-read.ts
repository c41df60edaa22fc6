import { imageIn } from '../../workbook/image.ts';
import { isDateFormat } from '../../workbook/number-format.ts';
import type { Tab } from '../../workbook/tab.ts';
import { richTextOf, type RichText } from '../../workbook/rich-text.ts';
import type { ValidationRule } from '../../workbook/validation.ts';
import { isError } from '../../workbook/value.ts';
import type { Execution } from '../execution.ts';
import { instantOf } from '../zone.ts';
import { areaOfRef, openTab, type RangeRef } from './refs.ts';

/**
 * What getValues sends: the cells, and apart from them which of them are dates: [index, instant, index, instant, …];
 * JSON makes null of an instant beyond what a Date holds.
 */
export interface ValueBlock {
  values: (number | string | boolean)[][];
  dates: (number | null)[];
  /** Which of them are images: [index, url, index, url, …]. */
  images: (number | string)[];
}

function count(execution: Execution, tab: Tab, ref: RangeRef): void {
  const { counters } = execution.install;
  const last = ref.row + ref.rows - 1;
  if (last <= 1) return counters.add('headerReads');
  const extent = tab.dataExtent();
  const whole = ref.row <= 2 && last >= extent.rows && ref.column === 1 && ref.columns >= extent.columns;
  counters.add(whole ? 'reads' : 'partialReads');
}

/** A cell as getValues tells it, before it is put on the wire. */
type ReadCell = number | string | boolean | { date: number } | { image: string };

/** What a run sees of a range: what it has seen already, or what is there now. */
function look<T>(
  execution: Execution,
  what: string,
  ref: RangeRef,
  read: (tab: Tab, row: number, column: number) => T,
): T[][] {
  const { document, tab } = openTab(execution, ref);
  const now = (): T[][] =>
    Array.from({ length: ref.rows }, (_r, r) =>
      Array.from({ length: ref.columns }, (_c, c) => read(tab, ref.row + r, ref.column + c)),
    );
  return document.workbook.unconfirmed.runsCacheReads ? execution.cache.read(what, ref, now) : now();
}

function readCells(execution: Execution, ref: RangeRef): ReadCell[][] {
  const { document, tab } = openTab(execution, ref);
  const zone = document.workbook.timeZone;
  const dateFormats = new Map<string | undefined, boolean>();
  const read = (): ReadCell[][] =>
    tab.rawValues(ref.row, ref.column, ref.rows, ref.columns).map((line, r) =>
      line.map((value, c) => {
        if (value === null) {
          const image = imageIn(tab, ref.row + r, ref.column + c);
          return image === null ? '' : { image };
        }
        if (isError(value)) return value.error;
        if (typeof value !== 'number') return value;
        const format = tab.effectiveFormat(ref.row + r, ref.column + c);
        let date = dateFormats.get(format);
        if (date === undefined) dateFormats.set(format, (date = isDateFormat(format)));
        return date ? { date: instantOf(value, zone) } : value;
      }),
    );
  return document.workbook.unconfirmed.runsCacheReads ? execution.cache.read('values', ref, read) : read();
}

/** Everything a script reads of a Range. A late write error surfaces at the first read after it. */
export const rangeReadServices = {
  'Range.getValues': (execution: Execution, ref: RangeRef): ValueBlock => {
    execution.flush();
    count(execution, openTab(execution, ref).tab, ref);
    const dates: (number | null)[] = [];
    const images: (number | string)[] = [];
    const values = readCells(execution, ref).map((line, r) =>
      line.map((cell, c) => {
        if (typeof cell !== 'object') return cell;
        const index = r * ref.columns + c;
        if ('image' in cell) {
          images.push(index, cell.image);
          return '';
        }
        dates.push(index, cell.date);
        return 0;
      }),
    );
    return { values, dates, images };
  },
  'Range.getDisplayValues': (execution: Execution, ref: RangeRef): string[][] => {
    execution.flush();
    count(execution, openTab(execution, ref).tab, ref);
    return look(execution, 'display', ref, (tab, r, c) => tab.displayValue(r, c));
  },
  'Range.getTexts': (execution: Execution, ref: RangeRef): (RichText | null)[][] => {
    execution.flush();
    count(execution, openTab(execution, ref).tab, ref);
    // An empty cell is an empty text.
    return look(execution, 'texts', ref, (tab, r, c) =>
      tab.value(r, c) === null ? { text: '', runs: [] } : richTextOf(tab, r, c),
    );
  },
  'Range.getFormulas': (execution: Execution, ref: RangeRef): string[][] => {
    execution.flush();
    execution.install.counters.add('formulaReads');
    return look(execution, 'formulas', ref, (tab, r, c) => tab.formula(r, c));
  },
  'Range.getNotes': (execution: Execution, ref: RangeRef): string[][] => {
    execution.install.counters.add('noteReads');
    return look(execution, 'notes', ref, (tab, r, c) => tab.note(r, c));
  },
  'Range.getBackgrounds': (execution: Execution, ref: RangeRef): string[][] => {
    execution.install.counters.add('formatReads');
    return look(execution, 'backgrounds', ref, (tab, r, c) => tab.background(r, c) ?? '#ffffff');
  },
  'Range.getNumberFormats': (execution: Execution, ref: RangeRef): string[][] => {
    execution.install.counters.add('formatReads');
    // An automatic cell answers the pattern Sheets shows it by.
    return look(execution, 'formats', ref, (tab, r, c) => tab.effectiveFormat(r, c) ?? '0.###############');
  },
  /** Fields of the format that only mean something to scripts: font, alignment, wrap. */
  'Range.getLooks': (execution: Execution, ref: RangeRef, field: string): unknown[][] => {
    execution.install.counters.add('formatReads');
    return look(execution, `look ${field}`, ref, (tab, r, c) => tab.grid.format(r, c)?.other?.[field] ?? null);
  },
  'Range.getDataValidations': (execution: Execution, ref: RangeRef): (ValidationRule | null)[][] => {
    execution.install.counters.add('formatReads');
    return look(execution, 'validations', ref, (tab, r, c) => tab.validation(r, c));
  },
  'Range.getMergedRanges': (execution: Execution, ref: RangeRef): RangeRef[] => {
    const { tab } = openTab(execution, ref);
    const area = areaOfRef(ref);
    return tab.merges
      .filter((m) => m.top <= area.bottom && area.top <= m.bottom && m.left <= area.right && area.left <= m.right)
      .map((m) => ({ ...ref, row: m.top, column: m.left, rows: m.bottom - m.top + 1, columns: m.right - m.left + 1 }));
  },
  'Range.canEdit': (execution: Execution, ref: RangeRef): boolean => {
    const { document, tab } = openTab(execution, ref);
    return document.canEdit(execution.user) && tab.canEdit(areaOfRef(ref), execution.user.email);
  },
};
