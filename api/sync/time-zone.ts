import { keyColumns } from '../../shared/mapping.ts';
import { mappingOf } from '../links/link-record.ts';
import { writeSchemaLog } from '../links/schema-log.ts';
import { pause } from './drift.ts';
import type { Message } from './message.ts';

/**
 * Takes in a change of the spreadsheet's timezone. Cells keep the civil time they show, and the table keeps its instants;
 * neither side has moved, so there is nothing to merge. But the cells of instants now say another time than the table:
 * each is shown once more, in the new zone. Civil dates and times mean the same as before.
 *
 * Where an instant is part of the key, rows would no longer be found under it: the link pauses until the zone is back.
 */
export async function adoptTimeZone(
  { tx, link, now }: Pick<Message, 'tx' | 'link' | 'now'>,
  timeZone: string,
): Promise<void> {
  if (timeZone === link.timeZone) return;
  const key = keyColumns(mappingOf(link)).find(({ kind }) => kind === 'timestamptz');
  if (key) {
    const message = `The spreadsheet's timezone was changed from ${link.timeZone} to ${timeZone}, and rows are told apart by the times in ${key.header}. Set it back under File > Settings, or remove the link and link the tab again.`;
    pause(link, 'sheet', message);
    return;
  }
  const place = { link: link.id, schema: link.schema, table: link.table, actor: null, now };
  // What the history shows is read by it.
  await writeSchemaLog(tx, place, [{ op: 'time_zone_changed', before: link.timeZone, after: timeZone }]);
  link.timeZone = timeZone;
  const instants = link.columns.filter(({ kind }) => kind === 'timestamptz').map(({ id }) => id);
  if (instants.length === 0) return;
  await tx`
    UPDATE tandem."row" SET write_back = 'due'
     WHERE link = ${link.id}::uuid AND a IS NOT NULL
       AND EXISTS (SELECT FROM json_each_text(b) AS held (id, value)
                    WHERE held.id IN (SELECT json_array_elements_text(${JSON.stringify(instants)}::text::json))
                      AND held.value IS NOT NULL)`;
}
