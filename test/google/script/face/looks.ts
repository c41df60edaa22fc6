import { WrapStrategy } from './enums.ts';
import type { RangePlace } from './range-place.ts';
import { call } from './rpc.ts';

/** Fields of a cell's look that scripts set and get back; the model keeps them with the format and does not use them. */
const defaults = {
  fontColor: '#000000',
  fontFamily: 'arial,sans,sans-serif',
  fontSize: 10,
  fontWeight: 'normal',
  fontStyle: 'normal',
  fontLine: 'none',
  horizontalAlignment: 'general',
  verticalAlignment: 'bottom',
  wrap: 'OVERFLOW',
} as const;
type Field = keyof typeof defaults;

function read(range: RangePlace, field: Field): unknown[][] {
  return call('Range.getLooks', range.ref, field).map((line) => line.map((value) => value ?? defaults[field]));
}

function write(range: RangePlace, field: Field, values: unknown[][]): RangePlace {
  call('Range.setLooks', range.ref, field, values);
  return range;
}

function fill(range: RangePlace, value: unknown): unknown[][] {
  return Array.from({ length: range.ref.rows }, () => new Array<unknown>(range.ref.columns).fill(value));
}

type Looks = Record<string, (this: RangePlace, argument?: unknown) => unknown>;

/** Getter and setter of a field, for one value and for a block of them. */
function methods(field: Field, one: string, block: string): Looks {
  return {
    [`get${one}`]() {
      return read(this, field)[0]![0];
    },
    [`get${block}`]() {
      return read(this, field);
    },
    [`set${one}`](value) {
      return write(this, field, fill(this, value));
    },
    [`set${block}`](values) {
      return write(this, field, values as unknown[][]);
    },
  };
}

const strategy = (wrap: unknown): unknown => WrapStrategy[wrap as 'WRAP'];
const named = (wrap: unknown): string => (wrap ? 'WRAP' : 'OVERFLOW');
const each = (block: unknown, change: (value: unknown) => unknown): unknown[][] =>
  (block as unknown[][]).map((line) => line.map(change));

const wraps: Looks = {
  setWraps(flags) {
    return write(this, 'wrap', each(flags, named));
  },
  getWraps() {
    return each(read(this, 'wrap'), (wrap) => wrap === 'WRAP');
  },
  setWrapStrategies(strategies) {
    return write(this, 'wrap', each(strategies, String));
  },
  getWrapStrategies() {
    return each(read(this, 'wrap'), strategy);
  },
  setWrap(wrap) {
    return write(this, 'wrap', fill(this, named(wrap)));
  },
  getWrap() {
    return read(this, 'wrap')[0]![0] === 'WRAP';
  },
  setWrapStrategy(wrap) {
    return write(this, 'wrap', fill(this, String(wrap)));
  },
  getWrapStrategy() {
    return strategy(read(this, 'wrap')[0]![0]);
  },
};

/** Fonts, alignment and wrapping: methods added to Range, whose signatures Google's interface declares. */
export const looks: Looks = {
  ...methods('fontColor', 'FontColor', 'FontColors'),
  ...methods('fontFamily', 'FontFamily', 'FontFamilies'),
  ...methods('fontSize', 'FontSize', 'FontSizes'),
  ...methods('fontWeight', 'FontWeight', 'FontWeights'),
  ...methods('fontStyle', 'FontStyle', 'FontStyles'),
  ...methods('fontLine', 'FontLine', 'FontLines'),
  ...methods('horizontalAlignment', 'HorizontalAlignment', 'HorizontalAlignments'),
  ...methods('verticalAlignment', 'VerticalAlignment', 'VerticalAlignments'),
  ...wraps,
};
