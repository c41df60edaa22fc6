import { areaOf } from '../../workbook/area.ts';
import type { CellInput } from '../../workbook/input.ts';
import { isDateFormat } from '../../workbook/number-format.ts';
import { copyRichText, setRuns, type RichText } from '../../workbook/rich-text.ts';
import type { Tab } from '../../workbook/tab.ts';
import { NO_FORMATS, refuseTyped, typedColumn } from '../../workbook/table.ts';
import type { ValidationRule } from '../../workbook/validation.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';
import { serialOfInstant } from '../zone.ts';
import { areaOfRef, checkShape, openForWriting, openTab, type RangeRef, writerOf } from './refs.ts';
import { refusable } from './refusable.ts';

/** What setValues sends: the cells, and which of them are Dates: [index, instant, …]. Strings are parsed as if typed. */
export interface InputBlock {
  values: CellInput[][];
  dates: number[];
}

const DATE = 'M/d/yyyy';
const DATE_TIME = 'M/d/yyyy H:mm:ss';

function writeDates(tab: Tab, ref: RangeRef, { values, dates }: InputBlock, zone: string): void {
  for (let i = 0; i < dates.length; i += 2) {
    const index = dates[i]!;
    const serial = serialOfInstant(dates[i + 1]!, zone);
    values[Math.floor(index / ref.columns)]![index % ref.columns] = serial;
  }
  for (let i = 0; i < dates.length; i += 2) {
    const row = ref.row + Math.floor(dates[i]! / ref.columns);
    const column = ref.column + (dates[i]! % ref.columns);
    if (typedColumn(tab, row, column) || isDateFormat(tab.numberFormat(row, column) || undefined)) continue;
    const serial = serialOfInstant(dates[i + 1]!, zone);
    tab.setNumberFormat(areaOf(row, column), serial % 1 === 0 ? DATE : DATE_TIME);
  }
}

/** Everything a script writes through a Range. Reject-style validation and protection throw. */
export const rangeWriteServices = {
  'Range.setValues': (execution: Execution, ref: RangeRef, block: InputBlock): void => {
    checkShape(block.values, ref);
    const { document, tab } = openForWriting(execution, ref);
    refusable(execution, () => {
      tab.checkEditable(areaOfRef(ref), writerOf(execution));
      writeDates(tab, ref, block, document.workbook.timeZone);
      tab.setInputs(ref.row, ref.column, block.values, { mode: 'user', actor: writerOf(execution) });
      execution.install.counters.add('cellWrites', ref.rows * ref.columns);
    });
  },
  /** Text that is never parsed, with styles of its parts: setRichTextValues. */
  'Range.setTexts': (execution: Execution, ref: RangeRef, texts: RichText[][]): void => {
    checkShape(texts, ref);
    const { document, tab } = openForWriting(execution, ref);
    refusable(execution, () => {
      const mode = document.workbook.unconfirmed.richTextIsLiteral ? 'raw' : 'user';
      const inputs = texts.map((line) => line.map(({ text }) => text));
      tab.setInputs(ref.row, ref.column, inputs, { mode, actor: writerOf(execution) });
      texts.forEach((line, r) =>
        line.forEach(({ runs }, c) => {
          const [row, column] = [ref.row + r, ref.column + c];
          if (runs.length && typeof tab.grid.value(row, column) === 'string') setRuns(tab, row, column, runs);
        }),
      );
      execution.install.counters.add('cellWrites', ref.rows * ref.columns);
    });
  },
  /** Styles and chips go along with the text that a copy has just written; `from` is repeated where it is smaller. */
  'Range.copyTexts': (execution: Execution, from: RangeRef, to: RangeRef, transposed: boolean): void => {
    const source = openTab(execution, from).tab;
    const { tab } = openForWriting(execution, to);
    for (let r = 0; r < to.rows; r++) {
      for (let c = 0; c < to.columns; c++) {
        const [row, column] = transposed ? [c % from.rows, r % from.columns] : [r % from.rows, c % from.columns];
        copyRichText(source, [from.row + row, from.column + column], [to.row + r, to.column + c, tab]);
      }
    }
  },
  'Range.setFormulas': (execution: Execution, ref: RangeRef, formulas: string[][]): void => {
    checkShape(formulas, ref);
    const { tab } = openForWriting(execution, ref);
    const inputs = formulas.map((line) =>
      line.map((text) => (text === '' || text.startsWith('=') ? text : `=${text}`)),
    );
    refusable(execution, () => {
      tab.setInputs(ref.row, ref.column, inputs, { mode: 'user', actor: writerOf(execution) });
      execution.install.counters.add('cellWrites', ref.rows * ref.columns);
    });
  },
  'Range.clearContent': (execution: Execution, ref: RangeRef): void => {
    const { tab } = openForWriting(execution, ref);
    refusable(execution, () => {
      tab.clearContent(areaOfRef(ref), { actor: writerOf(execution) });
      execution.install.counters.add('cellWrites', ref.rows * ref.columns);
    });
  },
  'Range.clearFormat': (execution: Execution, ref: RangeRef): void => {
    const { tab } = openForWriting(execution, ref);
    execution.install.counters.add('formatWrites', ref.rows * ref.columns);
    refusable(execution, () => {
      refuseTyped(tab, areaOfRef(ref), NO_FORMATS);
      tab.changeFormat(areaOfRef(ref), () => ({}), writerOf(execution));
    });
  },
  'Range.setNotes': (execution: Execution, ref: RangeRef, notes: (string | null)[][]): void => {
    checkShape(notes, ref);
    const { tab } = openForWriting(execution, ref);
    execution.install.counters.add('noteWrites', ref.rows * ref.columns);
    refusable(execution, () => {
      tab.checkEditable(areaOfRef(ref), writerOf(execution));
      notes.forEach((line, r) => line.forEach((note, c) => tab.setNote(ref.row + r, ref.column + c, note)));
    });
  },
  'Range.setBackgrounds': (execution: Execution, ref: RangeRef, colours: (string | null)[][]): void => {
    checkShape(colours, ref);
    const { tab } = openForWriting(execution, ref);
    execution.install.counters.add('formatWrites', ref.rows * ref.columns);
    refusable(execution, () => {
      tab.checkEditable(areaOfRef(ref), writerOf(execution));
      eachRun(ref, colours, (area, colour) =>
        tab.setBackground(area, colour && colour !== 'white' ? hex(colour) : null),
      );
    });
  },
  'Range.setNumberFormats': (execution: Execution, ref: RangeRef, formats: string[][]): void => {
    checkShape(formats, ref);
    const { tab } = openForWriting(execution, ref);
    execution.install.counters.add('formatWrites', ref.rows * ref.columns);
    refusable(execution, () => {
      tab.checkEditable(areaOfRef(ref), writerOf(execution));
      eachRun(ref, formats, (area, format) => tab.setNumberFormat(area, format === 'General' ? null : format));
    });
  },
  'Range.setLooks': (execution: Execution, ref: RangeRef, field: string, values: unknown[][]): void => {
    checkShape(values, ref);
    const { tab } = openForWriting(execution, ref);
    execution.install.counters.add('formatWrites', ref.rows * ref.columns);
    refusable(execution, () => {
      tab.checkEditable(areaOfRef(ref), writerOf(execution));
      eachRun(ref, values, (area, value) => {
        tab.changeFormat(area, (format) => {
          const { [field]: _, ...rest } = format.other ?? {};
          return { ...format, other: value === null ? rest : { ...rest, [field]: value } };
        });
      });
    });
  },
  'Range.setDataValidations': (execution: Execution, ref: RangeRef, rules: (ValidationRule | null)[][]): void => {
    checkShape(rules, ref);
    const { tab } = openForWriting(execution, ref);
    refusable(execution, () => {
      tab.checkEditable(areaOfRef(ref), writerOf(execution));
      eachRun(ref, rules, (area, rule) => tab.setValidation(area, rule));
    });
  },
  'Range.sort': (execution: Execution, ref: RangeRef, keys: { column: number; ascending: boolean }[]): void => {
    const { tab } = openForWriting(execution, ref);
    refusable(execution, () => tab.sort({ range: areaOfRef(ref), keys, actor: writerOf(execution) }));
  },
  'Range.merge': (execution: Execution, ref: RangeRef, how: 'all' | 'across' | 'down'): void => {
    const { tab } = openForWriting(execution, ref);
    const { row, column, rows, columns } = ref;
    if (how === 'all') tab.merge(areaOfRef(ref));
    else if (how === 'across') for (let r = 0; r < rows; r++) tab.merge(areaOf(row + r, column, 1, columns));
    else for (let c = 0; c < columns; c++) tab.merge(areaOf(row, column + c, rows, 1));
  },
  'Range.breakApart': (execution: Execution, ref: RangeRef): void => {
    openForWriting(execution, ref).tab.unmerge(areaOfRef(ref));
  },
};

/** Calls `set` once a row for equal neighbours, so that a uniform block stays cheap. */
function eachRun<T>(ref: RangeRef, data: T[][], set: (area: ReturnType<typeof areaOf>, value: T) => void): void {
  const first = data[0]![0]!;
  const token = JSON.stringify(first);
  if (data.every((line) => line.every((value) => JSON.stringify(value) === token))) {
    set(areaOfRef(ref), first);
    return;
  }
  data.forEach((line, r) => line.forEach((value, c) => set(areaOf(ref.row + r, ref.column + c), value)));
}

const NAMED: Record<string, string> = {
  black: '#000000',
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  yellow: '#ffff00',
  orange: '#ffa500',
  gray: '#808080',
  grey: '#808080',
  lightgray: '#d3d3d3',
  pink: '#ffc0cb',
  purple: '#800080',
};

function hex(colour: string): string | null {
  const text = colour.trim().toLowerCase();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(text);
  if (short) return `#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}`;
  if (/^#[0-9a-f]{6}$/.test(text)) return text === '#ffffff' ? null : text;
  const named = NAMED[text];
  if (named === undefined) throw new ServiceError(`Invalid argument: ${colour}`);
  return named;
}
