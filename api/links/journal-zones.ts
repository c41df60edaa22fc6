import type { ISql, Sql } from 'postgres';
import { isBlank, isError, type Cell, type Cells } from '../../shared/cell.ts';
import { toSheet, toTable } from '../sync/codec/index.ts';
import type { LinkRecord } from './link-record.ts';

/** Values of one entry, in the spreadsheet's timezone of then; answers them in that of now. `at`: milliseconds since 1970. */
export type InZoneNow = <T extends Cell | Cells>(at: number, column: string | null, value: T) => T;

/**
 * The journal keeps values as the sheet showed them, instants in the spreadsheet's timezone of then. Where that has been
 * changed since, they say another time than the one that was meant.
 */
export async function inZoneNow(sql: Sql | ISql, link: LinkRecord): Promise<InZoneNow> {
  const instants = new Map(
    link.columns.flatMap((column) => (column.kind === 'timestamptz' ? [[column.id, column]] : [])),
  );
  if (instants.size === 0) return (_at, _column, value) => value;
  const changes = await sql<{ at: number; before: string }[]>`
    SELECT (extract(epoch FROM at) * 1000)::float8 AS at, before FROM tandem.schema_log
     WHERE link = ${link.id}::uuid AND op = 'time_zone_changed' AND before IS NOT NULL ORDER BY at, id`;
  const zoneAt = (at: number) => changes.find((change) => change.at > at)?.before ?? link.timeZone;
  const moved = (id: string, cell: Cell, zone: string): Cell => {
    const column = instants.get(id);
    if (column === undefined || zone === link.timeZone || isBlank(cell) || isError(cell)) return cell;
    const encoded = toTable(column, cell, zone);
    // What was no instant then is none now.
    return 'refused' in encoded ? cell : toSheet(column, encoded.text, link.timeZone);
  };
  return <T extends Cell | Cells>(at: number, column: string | null, value: T): T => {
    const zone = zoneAt(at);
    if (column !== null) return moved(column, value as Cell, zone) as T;
    if (value === null) return value;
    return Object.fromEntries(Object.entries(value as Cells).map(([id, cell]) => [id, moved(id, cell, zone)])) as T;
  };
}
