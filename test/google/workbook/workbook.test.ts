import { describe, expect, it } from 'vitest';
import { Workbook } from './workbook.ts';

const workbook = (options = {}) => new Workbook({ now: () => Date.UTC(2024, 5, 15, 12), ...options });

describe('content', () => {
  it('parses typed input and keeps raw strings', () => {
    const tab = workbook().addTab();
    tab.setInputs(1, 1, [['0042', '1/2/2020', '12.5%', '$100.15', "'007", 'TRUE', ' x ', '1-2', '2020-01-01']]);
    expect(tab.rawValues(1, 1, 1, 9)[0]).toEqual([42, 43832, 0.125, 100.15, '007', true, ' x ', 45293, 43831]);
    expect(tab.displayValue(1, 2)).toBe('1/2/2020');
    expect(tab.displayValue(1, 3)).toBe('12.50%');
    expect(tab.displayValue(1, 4)).toBe('$100.15');
    expect(tab.displayValue(1, 9)).toBe('2020-01-01');
    tab.setInput(2, 1, '0042', { mode: 'raw' });
    expect(tab.value(2, 1)).toBe('0042');
  });

  it('holds 50,000 x 10 cells, set and read in under 2 s', () => {
    const tab = workbook().addTab({ rowCount: 50_001, columnCount: 10 });
    const block = Array.from({ length: 50_000 }, (_, r) =>
      Array.from({ length: 10 }, (_, c) => (c % 3 ? `text ${r}` : r * c)),
    );
    const start = performance.now();
    tab.setInputs(2, 1, block);
    const read = tab.rawValues(2, 1, 50_000, 10);
    const took = performance.now() - start;
    expect(read[49_999]![4]).toBe('text 49999');
    expect(took).toBeLessThan(2000);
  });
});
