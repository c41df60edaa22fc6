import { describe, expect, it } from 'vitest';
import {
  chooseColumn,
  filterOf,
  optionChanges,
  optionProblems,
  optionsForm,
} from '../../addon/sidebar/options-form.ts';
import { nearest } from '../../api/sync/labels.ts';
import { compileFilter } from '../../api/sync/row-filter.ts';
import { isOwnChange, labelText, readLabel } from '../../api/sync/value-sql.ts';
import { wholeTab } from '../../shared/cycle/replace-tab.ts';
import type { Mapping } from '../../shared/mapping.ts';
import type { LinkOptions } from '../../shared/protocol/options.ts';
import { filterWords } from '../../shared/row-filter.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { TableShape } from '../../api/links/table-shape.ts';

const options = {
  kind: 'sync',
  columns: [
    { id: 'c1', header: 'A', direction: 'both', label: null },
    { id: 'c2', header: 'B', direction: 'both', label: 'name' },
  ],
  tableColumns: [
    { name: 'a', type: 'text', kind: 'text' },
    { name: 'ok', type: 'boolean', kind: 'boolean' },
  ],
  filter: { match: 'any', conditions: [{ column: 'a', operator: 'one_of', values: ['x', 'y'] }] },
  locks: ['ok'],
} as unknown as LinkOptions;

describe('the form of a link’s options', () => {
  it('changes nothing by itself, and tells only what was changed', () => {
    const form = optionsForm(options);
    expect(optionChanges(form, options)).toEqual({});
    expect(optionChanges({ ...form, filtered: false }, options)).toEqual({ filter: null });
    expect(optionChanges({ ...form, locks: [] }, options)).toEqual({ locks: [] });
    const more = {
      ...form,
      directions: { ...form.directions, c1: 'toSheet' as const },
      labels: { c1: null, c2: null },
    };
    expect(optionChanges(more, options)).toEqual({ columns: { c1: { direction: 'toSheet' }, c2: { label: null } } });
  });

  it('reads values a line each, none where none is wanted, and says what is missing', () => {
    const form = optionsForm(options);
    const typed = (operator: 'one_of' | 'equals' | 'empty', text: string) => ({
      ...form,
      conditions: [{ column: 'a', operator, text }],
    });
    expect(filterOf(typed('one_of', ' x\n\n y '))!.conditions[0]!.values).toEqual(['x', 'y']);
    expect(filterOf(typed('empty', 'x'))!.conditions[0]!.values).toEqual([]);
    expect(optionProblems(typed('equals', ' '))).toEqual(['Type what “a” is compared with, or remove the condition.']);
    expect(optionProblems(typed('empty', ''))).toEqual([]);
    const less = { column: 'a', operator: 'less' as const, text: '1' };
    expect(chooseColumn(options, less, 'ok')).toMatchObject({ column: 'ok', operator: 'equals' });
    expect(filterWords(options.filter!)).toBe('a is one of x, y');
  });
});

describe('row filters as SQL', () => {
  const shape = { columns: [{ attnum: 1, name: 'we"ird', cast: 'integer', kind: 'integer' }] } as unknown as TableShape;
  const condition = (attnum: number, operator: 'equals' | 'one_of' | 'differs', values: string[]) => ({
    attnum,
    type: 'integer',
    operator,
    values,
  });

  it('takes names from the catalogue and values as parameters', () => {
    const typed = `1'; DROP TABLE x --`;
    const filter = {
      match: 'any' as const,
      conditions: [condition(1, 'equals', [typed]), condition(1, 'one_of', ['2', '3'])],
    };
    expect(compileFilter(filter, shape, 4)).toEqual({
      sql: 'coalesce((t."we""ird" = $4::text::integer) OR ((t."we""ird" = $5::text::integer OR t."we""ird" = $6::text::integer)), false)',
      params: [typed, '2', '3'],
    });
  });

  it('lets nothing in by a column that is gone', () => {
    const filter = { match: 'all' as const, conditions: [condition(9, 'differs', ['1'])] };
    expect(compileFilter(filter, shape, 1)).toEqual({ sql: 'coalesce((false), false)', params: [] });
  });
});

describe('labels', () => {
  it('finds what somebody may have meant, nearest first', () => {
    const labels = ['Alice', 'Alícia', 'Bob', 'Bobby', 'Charlotte'];
    expect(nearest('alice', labels)).toEqual(['Alice', 'Alícia']);
    expect(nearest('char', labels)).toEqual(['Charlotte']);
    expect(nearest('zzzzzz', labels)).toEqual([]);
  });

  it('tells a change of the row from one of the other table', () => {
    const labelled = { label: {} } as StoredColumn;
    const text = (key: string, label: string) => labelText({ key, label });
    expect(readLabel(text('1', 'A "b"'))).toEqual({ key: '1', label: 'A "b"' });
    expect(isOwnChange(labelled, text('1', 'A'), text('1', 'B'))).toBe(false);
    expect(isOwnChange(labelled, text('1', 'A'), text('2', 'A'))).toBe(true);
    expect(isOwnChange(labelled, undefined, text('1', 'A'))).toBe(true);
    expect(isOwnChange({ related: {} } as StoredColumn, 'x', 'y')).toBe(false);
  });
});

it('sees a whole tab without keys: blank rows do not count, order does not matter, a doubled row does', () => {
  const mapping = {
    kind: 'replace',
    fingerprint: 'f',
    columns: ['c1', 'c2'].map((id) => ({
      id,
      header: id,
      column: id,
      kind: 'text',
      direction: 'toTable',
      key: false,
      required: false,
    })),
  } as Mapping;
  const look = (rows: (string | null)[][]) =>
    wholeTab(
      {
        title: 'T',
        timeZone: 'UTC',
        columns: [
          { header: 'c1', id: 'c1' },
          { header: 'c2', id: 'c2' },
        ],
        rows,
      },
      mapping,
    );
  const { tab, rows } = look([
    ['a', 'b'],
    [null, ''],
    ['c', null],
  ]);
  expect(tab).toMatchObject({ rows: 2, anomaly: null });
  expect(rows.map(({ row }) => row)).toEqual([2, 4]);
  expect(
    look([
      ['c', null],
      ['a', 'b'],
    ]).tab.digest,
  ).toBe(tab.digest);
  expect(
    look([
      ['c', null],
      ['a', 'b'],
      ['a', 'b'],
    ]).tab.digest,
  ).not.toBe(tab.digest);
  expect(
    look([
      ['a', null],
      ['c', 'b'],
    ]).tab.digest,
  ).not.toBe(tab.digest);
});
