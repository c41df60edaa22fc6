import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { join, leftovers, split } from '../../addon/src/pieces.ts';
import { Memory, type PropertyStore } from '../../addon/src/memory.ts';
import { planWork } from '../../addon/src/edit-marks.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';

/** Refuses what Google refuses, and can die after so many property writes. */
class Store implements PropertyStore {
  properties = new Map<string, string>();
  writesLeft = Infinity;

  all(): Record<string, string> {
    return Object.fromEntries(this.properties);
  }

  set(entries: Record<string, string>): void {
    for (const [key, value] of Object.entries(entries)) {
      if (new TextEncoder().encode(value).length > 9 * 1024) throw new Error('Argument too large: value');
      if (this.writesLeft-- <= 0) throw new Error('killed');
      this.properties.set(key, value);
    }
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.properties.delete(key);
  }
}

const link = (columns: number): LinkInfo => ({
  id: 'd7f0e7de-0000-4000-8000-000000000000',
  spreadsheet: 'book',
  sheet: 7,
  sheetName: 'Companies',
  schema: 'public',
  table: 'companies',
  state: 'active',
  epoch: 3,
  mapping: {
    fingerprint: 'f'.repeat(16),
    columns: Array.from({ length: columns }, (_, index) => ({
      id: `c${index}`,
      header: `Überschrift ${index} 漢字`,
      column: `column_${index}`,
      kind: 'text' as const,
      direction: 'both' as const,
      key: index === 0,
      required: false,
    })),
  },
});

describe('values in pieces', () => {
  it('come back as they were, each piece within the limit, whatever the characters', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }).map((part) => part.repeat(60)),
      fc.string({ maxLength: 100 }),
    );
    fc.assert(
      fc.property(text, (value) => {
        const entries = split('k', value);
        for (const piece of Object.values(entries)) {
          expect(new TextEncoder().encode(piece).length).toBeLessThanOrEqual(8000);
        }
        expect(join('k', entries)).toBe(value);
      }),
      { numRuns: 50 },
    );
  });

  it('a torn value counts as missing: new and old pieces side by side, or one gone', () => {
    const old = split('k', 'a'.repeat(20_000));
    const fresh = split('k', 'b'.repeat(20_000));
    expect(join('k', { ...old, k: fresh['k']! })).toBeNull();
    expect(join('k', { ...old, 'k.1': fresh['k.1']! })).toBeNull();
    const { 'k.2': _, ...gone } = fresh;
    expect(join('k', gone)).toBeNull();
    expect(join('k', {})).toBeNull();
    expect(join('k', { k: 'something else' })).toBeNull();
  });

  it('a shorter value leaves no pieces of the longer one behind', () => {
    const long = split('k', 'a'.repeat(30_000));
    expect(leftovers('k', 1, long)).toEqual(['k.1', 'k.2', 'k.3']);
    expect(leftovers('k', 4, long)).toEqual([]);
  });
});

describe('the document’s memory', () => {
  it('keeps link, mapping and memo of a wide table over runs', () => {
    const store = new Store();
    const first = new Memory(store);
    first.rememberLink(link(400));
    first.rememberMemo(7, { epoch: 5, note: 'x'.repeat(30_000) });
    const second = new Memory(store);
    expect(second.mapping(7)).toEqual(link(400).mapping);
    expect(second.memo(7)).toEqual({ epoch: 5, note: 'x'.repeat(30_000) });
    expect(second.links().map(({ id }) => id)).toEqual([link(1).id]);
    second.rememberMemo(7, { epoch: 6, note: null });
    expect(new Memory(store).memo(7)).toEqual({ epoch: 6, note: null });
  });

  it('a run killed while it writes a long note leaves no half note: the memo reads as lost, so the hub is asked', () => {
    for (let writes = 1; writes <= 4; writes++) {
      const store = new Store();
      const memory = new Memory(store);
      memory.rememberMemo(7, { epoch: 5, note: 'old'.repeat(10_000) });
      store.writesLeft = writes;
      const write = (): void => memory.rememberMemo(7, { epoch: 6, note: 'new'.repeat(10_000) });
      const total = Object.keys(split('k', JSON.stringify({ epoch: 6, note: 'new'.repeat(10_000) }))).length;
      if (writes >= total) write();
      else expect(write).toThrow('killed');
      store.writesLeft = Infinity;
      const expected = writes >= total ? { epoch: 6, note: 'new'.repeat(10_000) } : { epoch: 0, note: null };
      expect(new Memory(store).memo(7)).toEqual(expected);
    }
  });

  it('forgets a link whole', () => {
    const store = new Store();
    const memory = new Memory(store);
    memory.rememberLink(link(400));
    memory.rememberMemo(7, { epoch: 5, note: 'x'.repeat(30_000) });
    memory.forgetLink(7);
    expect(store.all()).toEqual({});
  });

  it('writes nothing where nothing changed', () => {
    const store = new Store();
    const memory = new Memory(store);
    memory.rememberLink(link(3));
    store.writesLeft = 0;
    memory.rememberLink(link(3));
  });

  it('hints of two people at once both arrive, and are taken once', () => {
    const store = new Store();
    const [ann, bob] = [new Memory(store), new Memory(store)];
    ann.leaveMark('a', { sheet: 7, rows: { from: 2, to: 2 } });
    bob.leaveMark('b', { sheet: 7, rows: { from: 9, to: 9 } });
    const winner = new Memory(store);
    expect(winner.hasMarks()).toBe(true);
    expect(winner.takeMarks()).toHaveLength(2);
    expect(winner.takeMarks()).toEqual([]);
    expect(ann.hasMarks()).toBe(false);
  });
});

describe('what to do about hints', () => {
  it('joins overlapping and adjacent rows, and drops tabs that are not linked', () => {
    const marks = [
      { sheet: 7, rows: { from: 5, to: 6 } },
      { sheet: 7, rows: { from: 2, to: 4 } },
      { sheet: 7, rows: { from: 20, to: 30 } },
      { sheet: 8, rows: { from: 1, to: 1 } },
    ];
    expect(planWork(marks, [7])).toEqual([
      {
        sheet: 7,
        ranges: [
          { from: 2, to: 6 },
          { from: 20, to: 30 },
        ],
      },
    ]);
  });

  it('scans once where edits are many or far apart', () => {
    const far = [2, 10, 20, 30].map((row) => ({ sheet: 7, rows: { from: row, to: row } }));
    expect(planWork(far, [7])).toEqual([{ sheet: 7, ranges: null }]);
    expect(planWork([{ sheet: 7, rows: { from: 2, to: 1500 } }], [7])).toEqual([{ sheet: 7, ranges: null }]);
    expect(planWork([{ sheet: null, rows: null }], [7, 8])).toEqual([
      { sheet: 7, ranges: null },
      { sheet: 8, ranges: null },
    ]);
  });
});
