import type { Area } from './area.ts';
import { shiftArea, type Shift } from './shift.ts';
import { compareValues, isError, type Value } from './value.ts';

/** A pivot table as its anchor cell holds it. Offsets count columns of the source from 0. */
export interface Pivot {
  readonly source: { readonly tabId: number; readonly area: Area };
  readonly rows: readonly PivotGroup[];
  /** One at most. */
  readonly columns: readonly PivotGroup[];
  /** One at most where there is a column group. */
  readonly values: readonly PivotValue[];
}

export interface PivotGroup {
  readonly offset: number;
  readonly ascending: boolean;
  readonly totals: boolean;
  readonly label?: string;
}

export interface PivotValue {
  readonly offset: number;
  readonly summarize: Summary;
  readonly name?: string;
}

export const SUMMARIES = ['SUM', 'COUNTA', 'COUNT', 'COUNTUNIQUE', 'AVERAGE', 'MAX', 'MIN'] as const;
export type Summary = (typeof SUMMARIES)[number];

/** No tab has this id: the pivot table then shows `#REF!`. */
const GONE = -1;

/** The source follows a structural change of its tab. */
export function shiftPivot(pivot: Pivot, tabId: number, shift: Shift): Pivot {
  if (pivot.source.tabId !== tabId) return pivot;
  const area = shiftArea(pivot.source.area, shift);
  return { ...pivot, source: area ? { tabId, area } : { ...pivot.source, tabId: GONE } };
}

/**
 * What a pivot table shows, from its anchor on; `source` has its headers in the first row. Blank rows of the source are
 * left out. Groups below the first show no totals of their own.
 */
export function drawPivot(pivot: Pivot, source: readonly (readonly Value[])[]): Value[][] {
  const [headers = [], ...all] = source;
  const records = all.filter((record) => record.some((value) => value !== null));
  const title = ({ offset, label }: PivotGroup): Value => label ?? text(headers[offset] ?? null);
  const named = ({ offset, summarize, name }: PivotValue): Value =>
    name ?? `${summarize} of ${text(headers[offset] ?? null)}`;
  const { rows, values } = pivot;
  const [across] = pivot.columns;
  if (rows.length + values.length + pivot.columns.length === 0) return [];
  const lines = groups(records, rows);
  const total = rows[0]?.totals ? [{ key: ['Grand Total', ...rows.slice(1).map(() => null)], records }] : [];
  if (!across) {
    const body = [...lines, ...(rows.length ? total : [{ key: [], records }])];
    return [
      [...rows.map(title), ...values.map(named)],
      ...body.map(({ key, records: of }) => [...key, ...values.map((value) => summarize(value, of))]),
    ];
  }
  const columns = groups(records, [across]);
  const [value] = values;
  const body = rows.length ? [...lines, ...total] : [{ key: [null], records }];
  const left = Math.max(1, rows.length);
  const cell = (of: readonly Record[], key: Value | undefined): Value => {
    const within = key === undefined ? of : of.filter((record) => same(record[across.offset] ?? null, key));
    return value && within.length ? summarize(value, within) : null;
  };
  return [
    [
      value ? named(value) : null,
      ...blanks(left - 1),
      title(across),
      ...blanks(columns.length - 1 + Number(across.totals)),
    ],
    [
      ...(rows.length ? rows.map(title) : [null]),
      ...columns.map(({ key }) => key[0]!),
      ...(across.totals ? ['Grand Total'] : []),
    ],
    ...body.map(({ key, records: of }) => [
      ...key,
      ...columns.map((column) => cell(of, column.key[0]!)),
      ...(across.totals ? [cell(of, undefined)] : []),
    ]),
  ];
}

type Record = readonly Value[];

const blanks = (count: number): Value[] => new Array<Value>(Math.max(0, count)).fill(null);

const text = (value: Value): string => (value === null ? '' : isError(value) ? value.error : String(value));

const same = (a: Value, b: Value): boolean => text(a) === text(b);

/** Records by their values in the groups' columns, in the groups' order; a heading that repeats is left blank. */
function groups(records: readonly Record[], by: readonly PivotGroup[]): { key: Value[]; records: Record[] }[] {
  const [first, ...rest] = by;
  if (!first) return [];
  const found: { value: Value; records: Record[] }[] = [];
  for (const record of records) {
    const value = record[first.offset] ?? null;
    const group = found.find((one) => same(one.value, value));
    if (group) group.records.push(record);
    else found.push({ value, records: [record] });
  }
  found.sort((a, b) => (first.ascending ? 1 : -1) * compareValues(a.value ?? '', b.value ?? ''));
  return found.flatMap(({ value, records: of }) => {
    if (rest.length === 0) return [{ key: [value], records: of }];
    return groups(of, rest).map(({ key, records: within }, i) => ({
      key: [i === 0 ? value : null, ...key],
      records: within,
    }));
  });
}

function summarize({ offset, summarize: how }: PivotValue, records: readonly Record[]): Value {
  const filled = records.map((record) => record[offset] ?? null).filter((value) => value !== null);
  const numbers = filled.filter((value) => typeof value === 'number');
  const sum = numbers.reduce((total, value) => total + value, 0);
  switch (how) {
    case 'SUM':
      return sum;
    case 'COUNTA':
      return filled.length;
    case 'COUNT':
      return numbers.length;
    case 'COUNTUNIQUE':
      return new Set(filled.map(text)).size;
    case 'AVERAGE':
      return numbers.length ? sum / numbers.length : null;
    case 'MAX':
      return numbers.length ? Math.max(...numbers) : 0;
    case 'MIN':
      return numbers.length ? Math.min(...numbers) : 0;
  }
}
