/**
 * Rows as a JSON parameter for `json_to_recordset`, their `fields` as JSON within JSON: to be declared `text` there and
 * cast to json. Declared json they would be unescaped on the way, which fails on a lone surrogate, and a cell may hold one.
 */
export function jsonRows<T extends object>(rows: readonly T[], fields: readonly (keyof T & string)[]): string {
  return JSON.stringify(
    rows.map((row) => {
      const nested = { ...row } as Record<string, unknown>;
      for (const field of fields) if (nested[field] !== null) nested[field] = JSON.stringify(nested[field]);
      return nested;
    }),
  );
}
