/** Types that a column made for a sheet's can have, as Postgres calls them. */
export const tableTypes = ['text', 'bigint', 'numeric', 'boolean', 'date', 'timestamp', 'time', 'uuid'] as const;
export type TableType = (typeof tableTypes)[number];
