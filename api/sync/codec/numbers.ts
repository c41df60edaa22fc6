import type { Cell } from '../../../shared/cell.ts';
import type { Codec, Encoded } from './codec.ts';
import { plainText } from './texts.ts';

/** Digits a double keeps whatever they are; longer numbers travel as text. */
const SAFE_DIGITS = 15;

const RANGES: Record<string, readonly [low: bigint, high: bigint]> = {
  smallint: [-32768n, 32767n],
  integer: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
};

export const integerCodec: Codec = {
  toTable(cell, { column }): Encoded {
    if (typeof cell === 'number') {
      if (!Number.isInteger(cell)) return { refused: 'must be a whole number' };
      if (!Number.isSafeInteger(cell)) {
        return { refused: 'is too long for a number in a sheet. Format the cell as plain text and type it again' };
      }
    }
    const match = typeof cell === 'object' ? null : /^([+-]?)(\d+)(?:\.0*)?$/.exec(plainText(cell).trim());
    if (typeof cell === 'boolean' || !match) return { refused: 'must be a whole number' };
    const value = BigInt((match[1] === '-' ? '-' : '') + match[2]!);
    const range = RANGES[column.cast];
    if (range && (value < range[0] || value > range[1])) {
      return { refused: `must be a whole number from ${range[0]} to ${range[1]}` };
    }
    return { text: String(value) };
  },
  toSheet: toNumber,
};

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

export const decimalCodec: Codec = {
  toTable(cell): Encoded {
    if (typeof cell === 'number') return { text: String(cell === 0 ? 0 : cell) };
    const text = typeof cell === 'string' ? cell.trim() : '';
    return DECIMAL.test(text) ? { text } : { refused: 'must be a number' };
  },
  toSheet: toNumber,
  sameText: (left, right) => canonical(left) === canonical(right),
};

export const floatCodec: Codec = {
  toTable: (cell, context) => decimalCodec.toTable(cell, context),
  toSheet(text) {
    const value = Number(text);
    return Number.isFinite(value) ? value : text;
  },
  sameText: (left, right) => Number(left) === Number(right),
};

/** A number where a double holds it exactly as written; else its text (also NaN and infinities). */
function toNumber(text: string): Cell {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  const digits = text.replace(/^-/, '').replace('.', '').replace(/^0+/, '');
  const significant = text.includes('.') ? digits.replace(/0+$/, '') : digits;
  return significant.length > SAFE_DIGITS ? text : Number(text);
}

function canonical(text: string): string {
  const match = /^([+-]?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text.trim());
  if (!match) return text;
  const body = match[2]! + (match[3] ? `.${match[3]}` : '');
  return match[1] === '-' && body !== '0' ? `-${body}` : body;
}
