import type { MetadataLocation } from '../../workbook/metadata.ts';
import type { Workbook } from '../../workbook/workbook.ts';
import { invalid } from '../api-error.ts';
import { toDeveloperMetadata, type DataFilter, type DimensionRange } from '../data-filter.ts';
import { tabOf } from '../ranges.ts';
import { selected } from '../spreadsheets/developer-metadata.ts';
import type { RequestKind } from './kind.ts';

interface MetadataInput {
  metadataId?: number;
  metadataKey?: string;
  metadataValue?: string;
  visibility?: string;
  location?: { spreadsheet?: boolean; sheetId?: number; dimensionRange?: DimensionRange };
}

function readLocation(workbook: Workbook, location: MetadataInput['location']): MetadataLocation {
  if (location?.spreadsheet) return { type: 'SPREADSHEET' };
  const range = location?.dimensionRange;
  if (range) {
    const tab = tabOf(workbook, range.sheetId);
    const { startIndex = 0, endIndex = startIndex + 1, dimension } = range;
    if (endIndex - startIndex !== 1)
      throw invalid('Developer metadata may only be associated with a single row or column.');
    const size = dimension === 'ROWS' ? tab.rowCount : tab.columnCount;
    if (endIndex > size) throw invalid(`dimensionRange.endIndex[${endIndex}] exceeds the grid.`);
    return { type: dimension === 'ROWS' ? 'ROW' : 'COLUMN', tabId: tab.id, index: endIndex };
  }
  if (location?.sheetId === undefined) throw invalid('A location must be specified.');
  return { type: 'SHEET', tabId: tabOf(workbook, location.sheetId).id };
}

export const createDeveloperMetadata: RequestKind = (
  { workbook },
  { developerMetadata: given = {} }: { developerMetadata?: MetadataInput },
) => {
  if (!given.metadataKey) throw invalid('developerMetadata.metadataKey is required.');
  if (given.visibility !== 'DOCUMENT' && given.visibility !== 'PROJECT') {
    throw invalid('developerMetadata.visibility must be specified.');
  }
  const item = workbook.addMetadata({
    ...(given.metadataId === undefined ? {} : { id: given.metadataId }),
    key: given.metadataKey,
    ...(given.metadataValue === undefined ? {} : { value: given.metadataValue }),
    visibility: given.visibility,
    location: readLocation(workbook, given.location),
  });
  return { developerMetadata: toDeveloperMetadata(item) };
};

export const updateDeveloperMetadata: RequestKind = (
  call,
  {
    dataFilters = [],
    developerMetadata: given = {},
    fields = '',
  }: { dataFilters?: DataFilter[]; developerMetadata?: MetadataInput; fields?: string },
) => {
  const { workbook } = call;
  const names = fields === '*' ? Object.keys(given) : fields.split(',').map((name) => name.trim().split('.')[0]!);
  const matched = dataFilters.flatMap((filter) => selected(call, filter));
  for (const { id } of matched) {
    workbook.updateMetadata(id, {
      ...(names.includes('metadataKey') ? { key: given.metadataKey ?? '' } : {}),
      ...(names.includes('metadataValue') ? { value: given.metadataValue ?? '' } : {}),
      ...(names.includes('visibility') ? { visibility: given.visibility as 'DOCUMENT' } : {}),
      ...(names.includes('location') ? { location: readLocation(workbook, given.location) } : {}),
    });
  }
  const now = matched.map(({ id }) => toDeveloperMetadata(workbook.metadata.find((item) => item.id === id)!));
  return { developerMetadata: now };
};

export const deleteDeveloperMetadata: RequestKind = (call, { dataFilter = {} }: { dataFilter?: DataFilter }) => {
  const matched = selected(call, dataFilter);
  for (const { id } of matched) call.workbook.removeMetadata(id);
  return { deletedDeveloperMetadata: matched.map(toDeveloperMetadata) };
};
