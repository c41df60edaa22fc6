import { customType, pgSchema } from 'drizzle-orm/pg-core';

/** Everything Tandem keeps lives in this schema of the target database, so its effects commit with the table's. */
export const tandem = pgSchema('tandem');

/** Object id of a relation. */
export const oid = customType<{ data: number }>({ dataType: () => 'oid' });
