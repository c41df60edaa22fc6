import { ownValue } from '../../shared/own-value.ts';
import type { ShapeColumn, TableShape } from '../links/table-shape.ts';

/** Least and greatest of the integer types. */
const RANGES: Record<string, readonly [bigint, bigint]> = {
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Whether a key that was captured or kept can still be one of the table. Its type may have been another then, or a label
 * of an enum have been renamed since: cast to what the type is now, it would fail every message that asks for its row.
 */
export function isKeyOf({ columns, primaryKey }: TableShape, dbKey: readonly string[]): boolean {
  return primaryKey.every((attnum, n) => {
    const column = columns.find((one) => one.attnum === attnum);
    return column !== undefined && isTextOf(column, dbKey[n] ?? '');
  });
}

function isTextOf({ cast, kind, labels }: ShapeColumn, text: string): boolean {
  const range = ownValue(RANGES, cast);
  if (range !== undefined) return /^-?\d{1,20}$/.test(text) && BigInt(text) >= range[0] && BigInt(text) <= range[1];
  if (kind === 'enum') return labels?.includes(text) ?? true;
  return cast !== 'uuid' || UUID.test(text);
}
