import { activeColumns, type Mapping } from '../mapping.ts';
import { sameColumns } from './column-now.ts';
import { ask, type SheetReading, type Step } from './effects.ts';
import { sameHeader } from './locate-columns.ts';

/** Readings before what they show is taken as it is: somebody is moving columns all the time. */
const MAX_READINGS = 4;

/**
 * Reads the tab. A host may need two calls, for the values and for the marks on the columns, and columns that move in
 * between put each mark above another column’s values. So where a mark does not stand under its column’s own header, the
 * tab is read again until two readings in a row agree: then the header was renamed, or the mark lost.
 */
export function* readSheet(mapping: Mapping, computed: boolean): Step<SheetReading> {
  let reading = yield* ask('readSheet', { computed });
  for (let readings = 1; readings < MAX_READINGS && isDoubtful(reading, mapping); readings++) {
    const before = reading.columns;
    reading = yield* ask('readSheet', { computed });
    if (sameColumns(before, reading.columns)) break;
  }
  return reading;
}

function isDoubtful({ title, columns }: SheetReading, mapping: Mapping): boolean {
  if (title === null) return false;
  return activeColumns(mapping).some((column) => {
    const marked = columns.filter(({ id }) => id === column.id);
    return marked.length !== 1 || !sameHeader(marked[0]!.header, column.header);
  });
}
