import { notFound } from '../api-error.ts';
import type { DocumentCall } from '../context.ts';
import { findMetadata, rangesOf, toDeveloperMetadata, type DataFilter } from '../data-filter.ts';
import type { DeveloperMetadata } from '../../workbook/metadata.ts';
import { intersects } from '../../workbook/area.ts';

/** GET …/developerMetadata/{id} */
export function getDeveloperMetadata(call: DocumentCall, id: string): unknown {
  const item = call.workbook.metadata.find((other) => String(other.id) === id);
  if (!item) throw notFound();
  return toDeveloperMetadata(item);
}

/** POST …/developerMetadata:search */
export function searchDeveloperMetadata(call: DocumentCall): unknown {
  const filters = (call.body.dataFilters ?? []) as DataFilter[];
  const matched = filters.flatMap((filter) =>
    selected(call, filter).map((item) => ({ developerMetadata: toDeveloperMetadata(item), dataFilters: [filter] })),
  );
  return matched.length ? { matchedDeveloperMetadata: matched } : {};
}

/** Metadata that a filter selects: by lookup, or standing in a range. */
export function selected(call: DocumentCall, filter: DataFilter): DeveloperMetadata[] {
  if (filter.developerMetadataLookup) return findMetadata(call.workbook, filter.developerMetadataLookup);
  const ranges = rangesOf(call.workbook, filter);
  return call.workbook.metadata.filter(({ location }) =>
    ranges.some(({ tab, area }) => {
      if (location.type === 'SPREADSHEET' || location.tabId !== tab.id) return false;
      if (location.type === 'SHEET') return Object.keys(area).length === 0;
      const { index } = location;
      return intersects(area, location.type === 'ROW' ? { top: index, bottom: index } : { left: index, right: index });
    }),
  );
}
