import type { DeveloperMetadata, MetadataLocation } from '../../workbook/metadata.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';

/** Where metadata is looked for: a whole spreadsheet, a sheet, or whole rows or columns of one. */
export interface MetadataPlace {
  doc: string;
  sheet?: number;
  /** Whole lines of the sheet, first and last. */
  lines?: { type: 'ROW' | 'COLUMN'; from: number; to: number };
}

export interface MetadataFilter {
  key?: string;
  value?: string;
  id?: number;
  type?: string;
  visibility?: string;
  /** Also what stands on the parts of the place; otherwise only on exactly it. */
  intersecting?: boolean;
}

function standsOn(location: MetadataLocation, place: MetadataPlace, intersecting: boolean): boolean {
  if (place.sheet === undefined) return intersecting || location.type === 'SPREADSHEET';
  if (location.type === 'SPREADSHEET' || location.tabId !== place.sheet) return false;
  if (!place.lines) return intersecting || location.type === 'SHEET';
  if (location.type !== place.lines.type) return false;
  return location.index >= place.lines.from && location.index <= place.lines.to;
}

/** DeveloperMetadata. PROJECT-visible metadata belongs to the script that made it; this model holds one project. */
export const metadataServices = {
  'DeveloperMetadata.find': (
    execution: Execution,
    place: MetadataPlace,
    filter: MetadataFilter,
  ): DeveloperMetadata[] => {
    execution.install.counters.add('metadataReads');
    return execution
      .open(place.doc)
      .workbook.metadata.filter(
        (item) =>
          standsOn(item.location, place, filter.intersecting ?? false) &&
          (filter.key === undefined || item.key === filter.key) &&
          (filter.value === undefined || item.value === filter.value) &&
          (filter.id === undefined || item.id === filter.id) &&
          (filter.type === undefined || item.location.type === filter.type) &&
          (filter.visibility === undefined || item.visibility === filter.visibility),
      );
  },
  'DeveloperMetadata.get': (execution: Execution, doc: string, id: number): DeveloperMetadata => {
    const found = execution.open(doc).workbook.metadata.find((item) => item.id === id);
    if (!found) throw new ServiceError('The developer metadata has been removed.');
    return found;
  },
  'DeveloperMetadata.add': (
    execution: Execution,
    place: MetadataPlace,
    key: string,
    value: string | null,
    visibility: 'DOCUMENT' | 'PROJECT',
  ): void => {
    const { lines, sheet } = place;
    if (lines && lines.from !== lines.to) {
      throw new ServiceError(
        'Adding developer metadata to arbitrary ranges is not currently supported. Developer metadata may only be added to the top-level spreadsheet, an individual sheet, or an entire row or column.',
      );
    }
    execution.install.counters.add('metadataWrites');
    execution.open(place.doc).workbook.addMetadata({
      key,
      ...(value === null ? {} : { value }),
      visibility,
      location: lines
        ? { type: lines.type, tabId: sheet!, index: lines.from }
        : sheet === undefined
          ? { type: 'SPREADSHEET' }
          : { type: 'SHEET', tabId: sheet },
    });
  },
  'DeveloperMetadata.update': (
    execution: Execution,
    doc: string,
    id: number,
    change: Partial<Omit<DeveloperMetadata, 'id'>>,
  ): void => {
    execution.install.counters.add('metadataWrites');
    execution.open(doc).workbook.updateMetadata(id, change);
  },
  'DeveloperMetadata.remove': (execution: Execution, doc: string, id: number): void => {
    execution.install.counters.add('metadataWrites');
    execution.open(doc).workbook.removeMetadata(id);
  },
};
