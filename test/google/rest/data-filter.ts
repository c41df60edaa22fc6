import type { DeveloperMetadata } from '../workbook/metadata.ts';
import type { Workbook } from '../workbook/workbook.ts';
import { invalid } from './api-error.ts';
import { parseRange, readGridRange, type GridRange, type TabRange } from './ranges.ts';

export interface DataFilter {
  a1Range?: string;
  gridRange?: GridRange;
  developerMetadataLookup?: MetadataLookup;
}

export interface MetadataLookup {
  metadataId?: number;
  metadataKey?: string;
  metadataValue?: string;
  visibility?: string;
  locationType?: string;
  metadataLocation?: { sheetId?: number; spreadsheet?: boolean; dimensionRange?: DimensionRange };
  locationMatchingStrategy?: 'EXACT_LOCATION' | 'INTERSECTING_LOCATION';
}

export interface DimensionRange {
  sheetId?: number;
  dimension?: 'ROWS' | 'COLUMNS';
  startIndex?: number;
  endIndex?: number;
}

/** Ranges that a data filter selects. */
export function rangesOf(workbook: Workbook, filter: DataFilter): TabRange[] {
  if (filter.a1Range !== undefined) return [parseRange(workbook, filter.a1Range)];
  if (filter.gridRange) return [readGridRange(workbook, filter.gridRange)];
  if (!filter.developerMetadataLookup) throw invalid('Must specify a data filter.');
  return findMetadata(workbook, filter.developerMetadataLookup).flatMap(({ location }): TabRange[] => {
    if (location.type === 'SPREADSHEET') return workbook.tabs.map((tab) => ({ tab, area: {} }));
    const tab = workbook.tabById(location.tabId)!;
    if (location.type === 'SHEET') return [{ tab, area: {} }];
    const { index } = location;
    return [{ tab, area: location.type === 'ROW' ? { top: index, bottom: index } : { left: index, right: index } }];
  });
}

/** Developer metadata that satisfies every given part of a lookup. */
export function findMetadata(workbook: Workbook, lookup: MetadataLookup): DeveloperMetadata[] {
  const { metadataId, metadataKey, metadataValue, visibility, locationType } = lookup;
  return workbook.metadata.filter(
    (item) =>
      (metadataId === undefined || item.id === metadataId) &&
      (metadataKey === undefined || item.key === metadataKey) &&
      (metadataValue === undefined || item.value === metadataValue) &&
      (visibility === undefined || /UNSPECIFIED/.test(visibility) || item.visibility === visibility) &&
      (locationType === undefined || /UNSPECIFIED/.test(locationType) || item.location.type === locationType) &&
      matchesLocation(item, lookup),
  );
}

function matchesLocation(item: DeveloperMetadata, lookup: MetadataLookup): boolean {
  const wanted = lookup.metadataLocation;
  if (!wanted) return true;
  const { location } = item;
  const intersecting = lookup.locationMatchingStrategy === 'INTERSECTING_LOCATION';
  if (wanted.spreadsheet) return intersecting || location.type === 'SPREADSHEET';
  if (wanted.dimensionRange) {
    const { sheetId = 0, dimension, startIndex = 0, endIndex = Infinity } = wanted.dimensionRange;
    if (location.type === 'SPREADSHEET' || location.tabId !== sheetId) return false;
    if (location.type === 'SHEET') return intersecting;
    const sameAxis = location.type === (dimension === 'ROWS' ? 'ROW' : 'COLUMN');
    if (!sameAxis) return intersecting;
    const at = location.index - 1;
    return intersecting ? at >= startIndex && at < endIndex : at === startIndex && endIndex === startIndex + 1;
  }
  if (location.type === 'SPREADSHEET' || location.tabId !== (wanted.sheetId ?? 0)) return false;
  return intersecting || location.type === 'SHEET';
}

/** The API's form of one item of developer metadata. */
export function toDeveloperMetadata(item: DeveloperMetadata): unknown {
  const { location } = item;
  const apiLocation =
    location.type === 'SPREADSHEET'
      ? { locationType: 'SPREADSHEET', spreadsheet: true }
      : location.type === 'SHEET'
        ? { locationType: 'SHEET', sheetId: location.tabId }
        : {
            locationType: location.type,
            dimensionRange: {
              ...(location.tabId === 0 ? {} : { sheetId: location.tabId }),
              dimension: location.type === 'ROW' ? 'ROWS' : 'COLUMNS',
              startIndex: location.index - 1,
              endIndex: location.index,
            },
          };
  return {
    metadataId: item.id,
    metadataKey: item.key,
    ...(item.value === undefined ? {} : { metadataValue: item.value }),
    location: apiLocation,
    visibility: item.visibility,
  };
}
