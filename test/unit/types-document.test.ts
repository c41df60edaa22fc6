import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codecs, expectation, toTable } from '../../api/sync/codec/index.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { columnKinds, type ColumnKind } from '../../shared/mapping.ts';
import { storedColumn } from './support/stored-column.ts';

/** docs/types.md is what people are told: it names every codec, and quotes what the codecs really say. */
const lines = readFileSync(new URL('../../docs/types.md', import.meta.url), 'utf8').split('\n');
const start = lines.findIndex((line) => line.startsWith('| kind |'));
const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
const rows = lines.slice(start + 2, end).map((line) => line.slice(2, -2).split(' | '));
const kindOf = (row: string[]) => row[0]!.slice(1, -1) as ColumnKind;

/** Columns that the examples of the document are of. */
const COLUMNS: Partial<Record<ColumnKind, Partial<StoredColumn>>> = {
  text: { type: 'character varying(5)', cast: 'character varying' },
  float: { type: 'double precision', cast: 'double precision' },
  network: { cast: 'inet' },
  bits: { type: 'bit(4)' },
  enum: { labels: ['red', 'dark blue'] },
  range: { cast: 'int4range' },
};

const column = (kind: ColumnKind) => storedColumn(kind, COLUMNS[kind]);

describe('docs/types.md', () => {
  it('has one row for each codec, in their order', () => {
    expect(rows.map(kindOf)).toEqual([...columnKinds]);
    expect(Object.keys(codecs).sort()).toEqual([...columnKinds].sort());
    expect(rows.every((row) => row.length === 7 && row.every((cell) => cell !== ''))).toBe(true);
  });

  it.each(rows.map((row) => [kindOf(row), row[4]!] as const))('quotes what %s refuses, and why', (kind, refused) => {
    const [, typed, sentence] = /^`([^`]+)`[^:]*: (.+)$/.exec(refused) ?? [];
    if (typed === undefined) return expect(refused).toBe('as text');
    expect(toTable(column(kind), typed, 'Europe/Berlin')).toEqual({ refused: sentence });
  });

  it.each([...columnKinds])('%s says what it expects, with an example', (kind) => {
    expect(expectation(column(kind))).toMatch(/^must be [^.]{4,}/);
    expect(expectation(column(kind)).length).toBeLessThan(200);
  });
});
