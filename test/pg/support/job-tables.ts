import type { Sql } from 'postgres';
import type { HubHost } from '../hub-host.ts';

/** Jobs, each of a request and with an owner: tables that refer to each other, made anew without any link. */
export async function makeJobTables(sql: Sql): Promise<void> {
  await sql.unsafe(`
    DELETE FROM tandem.link;
    DROP TABLE IF EXISTS job, request, person;
    CREATE TABLE request (id integer PRIMARY KEY, code text NOT NULL, stage text);
    CREATE TABLE person (id integer PRIMARY KEY, name text);
    CREATE TABLE job (id integer PRIMARY KEY, title text NOT NULL, request_id integer REFERENCES request,
                      owner_id integer REFERENCES person, done boolean NOT NULL DEFAULT false, price numeric(12,2));
    INSERT INTO request VALUES (1, 'R-1', 'new'), (2, 'R-2', 'new');
    INSERT INTO person VALUES (1, 'Alice'), (2, 'Bob'), (3, 'Bob'), (4, NULL);
    INSERT INTO job VALUES (1, 'One', 1, 1, false, 10), (2, 'Two', 1, 2, false, 20), (3, 'Three', NULL, NULL, true, 30)`);
}

/** Rows of the sheet that are not empty. */
export const filledRows = (host: HubHost) =>
  host.sheet.grid.slice(1).filter((row) => row.some((cell) => cell !== null));
