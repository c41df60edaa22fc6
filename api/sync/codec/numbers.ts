import type { Cell } from '../../../shared/cell.ts';
import { typeModifiers, type Codec, type Encoded } from './codec.ts';
import { NUMBER_TOO_LONG, plainText, UNSAFE_NUMBER } from './texts.ts';

/** Digits a double keeps whatever they are; longer numbers travel as text. */
const SAFE_DIGITS = 15;

const RANGES: Record<string, readonly [low: bigint, high: bigint]> = {
  smallint: [-32768n, 32767n],
  integer: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
  oid: [0n, 4294967295n],
};

export const integerCodec: Codec = {
  expects: () => 'a whole number, such as 42',
  toTable(cell, { column }): Encoded {
    const refused = { refused: 'must be a whole number, such as 42' };
    if (typeof cell === 'boolean' || typeof cell === 'object') return refused;
    if (typeof cell === 'number') {
      if (!Number.isInteger(cell)) return refused;
      if (Math.abs(cell) >= UNSAFE_NUMBER) return { refused: NUMBER_TOO_LONG };
    }
    const match = /^([+-]?)(\d{1,1000})(?:\.0*)?$/.exec(plainText(cell).trim());
    if (!match) return refused;
    const value = BigInt((match[1] === '-' ? '-' : '') + match[2]!);
    const range = RANGES[column.cast];
    if (range && (value < range[0] || value > range[1])) {
      return { refused: `must be a whole number from ${range[0]} to ${range[1]}` };
    }
    return { text: String(value) };
  },
  toSheet: toNumber,
};

const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d{1,6}))?$/i;
const SPECIAL = /^([+-]?)(nan|inf|infinity)$/i;

/** A number as digits and the power of ten they stand at, without zeros at either end; null for other text. */
function parseDecimal(text: string): { negative: boolean; digits: string; exponent: number } | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const fraction = match[3] ?? match[4] ?? '';
  const all = ((match[2] ?? '') + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits: '', exponent: 0 };
  const exponent = Number(match[5] ?? 0) - fraction.length + (all.length - digits.length);
  return { negative: match[1] === '-', digits, exponent };
}

/** One text for one number, however it was written: `1.50`, `1.5` and `15e-1` are the same. */
export function canonicalNumber(text: string): string {
  const special = SPECIAL.exec(text.trim());
  if (special) return /nan/i.test(special[2]!) ? 'NaN' : special[1] === '-' ? '-Infinity' : 'Infinity';
  const parsed = parseDecimal(text);
  return parsed === null ? text : `${parsed.negative ? '-' : ''}${parsed.digits}e${parsed.exponent}`;
}

/** Longest numbers that anybody means; numeric itself ends at 131,072 digits before the point. */
const MOST_DIGITS = 5000;

export const decimalCodec: Codec = {
  expects: () => 'a number, such as 12.5',
  toTable(cell, { column }): Encoded {
    const refused = { refused: 'must be a number, such as 12.5' };
    if (typeof cell === 'boolean' || typeof cell === 'object') return refused;
    const text = plainText(cell).trim();
    const [precision, scale = 0] = typeModifiers(column);
    const limit =
      precision === undefined || scale < 0 || scale > precision
        ? null
        : ('9'.repeat(precision - scale) || '0') + (scale === 0 ? '' : `.${'9'.repeat(scale)}`);
    const beyond = { refused: `must be a number from -${limit} to ${limit}` };
    if (SPECIAL.test(text)) {
      const special = canonicalNumber(text);
      return limit !== null && special !== 'NaN' ? beyond : { text: special };
    }
    const parsed = parseDecimal(text);
    if (parsed === null) return refused;
    const { digits, exponent } = parsed;
    if (digits.length + Math.abs(exponent) > MOST_DIGITS) return { refused: `must have at most ${MOST_DIGITS} digits` };
    return limit !== null && overflows(digits, exponent, precision!, scale) ? beyond : { text };
  },
  toSheet: toNumber,
  sameText: (left, right) => canonicalNumber(left) === canonicalNumber(right),
};

/** Whether a number, rounded half away from zero as Postgres does, needs more than the digits the column has. */
function overflows(digits: string, exponent: number, precision: number, scale: number): boolean {
  const shift = exponent + scale;
  if (digits.length + shift > precision + 1) return true;
  if (digits === '' || digits.length + shift < 0) return false;
  const scaled = shift >= 0 ? BigInt(digits + '0'.repeat(shift)) : rounded(digits, -shift);
  return scaled >= 10n ** BigInt(precision);
}

function rounded(digits: string, dropped: number): bigint {
  const kept = BigInt(digits.slice(0, -dropped) || '0');
  return digits.padStart(dropped, '0').at(-dropped)! >= '5' ? kept + 1n : kept;
}

/** Travels as the number in it: the currency and its punctuation are the database's settings, not the value. */
export const moneyCodec: Codec = {
  expects: () => 'an amount of money as a number, such as 12.5',
  toTable(cell, context) {
    const encoded = decimalCodec.toTable(cell, context);
    if (!('text' in encoded) || encoded.text === null) {
      return { refused: 'must be an amount of money as a number, such as 12.5' };
    }
    // Stored as a whole number of the smallest unit, in 64 bits.
    const parsed = parseDecimal(encoded.text);
    if (parsed === null) return { refused: 'must be an amount of money as a number, such as 12.5' };
    return parsed.digits.length + parsed.exponent > 15
      ? { refused: 'must be an amount of less than a quadrillion' }
      : encoded;
  },
  toSheet: toNumber,
  sameText: (left, right) => canonicalNumber(left) === canonicalNumber(right),
};

export const floatCodec: Codec = {
  expects: () => 'a number, such as 0.25',
  toTable(cell, context) {
    const encoded = decimalCodec.toTable(cell, context);
    if (!('text' in encoded) || encoded.text === null) {
      return { refused: 'must be a number, such as 0.25' };
    }
    if (SPECIAL.test(encoded.text)) return encoded;
    const value = Number(encoded.text);
    const stored = context.column.cast === 'real' ? Math.fround(value) : value;
    if (!Number.isFinite(stored)) return { refused: `is too large for ${context.column.type}` };
    const isZero = canonicalNumber(encoded.text) === 'e0';
    return stored === 0 && !isZero ? { refused: `is too close to zero for ${context.column.type}` } : encoded;
  },
  // NaN and the infinities as their text. -0 shows as 0, and stays -0 in the table while nobody types over it.
  toSheet(text) {
    const value = Number(text);
    return Number.isFinite(value) ? (value === 0 ? 0 : value) : text;
  },
  sameText: (left, right, { cast }) => {
    const value = (text: string) => (cast === 'real' ? Math.fround(toDouble(text)) : toDouble(text));
    return Object.is(value(left) + 0, value(right) + 0);
  },
};

function toDouble(text: string): number {
  const special = SPECIAL.test(text) ? canonicalNumber(text) : text;
  return Number(special);
}

/** A number where a double holds it exactly as written; else its text (also NaN and infinities). */
function toNumber(text: string): Cell {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  const { digits, exponent } = parseDecimal(text)!;
  // Zeros at the end count: a sheet shows 1 followed by 20 zeros in scientific notation, and nobody can edit that.
  if (digits.length + Math.max(exponent, 0) > SAFE_DIGITS || exponent < -300) return text;
  return Number(text) + 0;
}
