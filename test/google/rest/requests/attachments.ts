import type { OpenArea } from '../../workbook/area.ts';
import { attach, changeAttachment, detach, type Attachment } from '../../workbook/attachments.ts';
import type { Tab } from '../../workbook/tab.ts';
import type { Workbook } from '../../workbook/workbook.ts';
import { invalid } from '../api-error.ts';
import { leaves, parseMask } from '../field-mask.ts';
import { readGridRange, tabOf, type GridRange } from '../ranges.ts';
import { attachmentResource } from '../spreadsheets/attachment-resource.ts';
import type { RequestKind } from './kind.ts';

type Json = Record<string, unknown>;

/** Filter views, slicers, alternating colours and conditional formats: kept as given, told back, moved along. */

function find(workbook: Workbook, kind: Attachment['kind'], id: unknown): { tab: Tab; item: Attachment } {
  for (const tab of workbook.tabs) {
    const item = tab.attachments.find((one) => one.kind === kind && one.id === id);
    if (item) return { tab, item };
  }
  throw invalid(`No ${NAMES[kind]} with id: ${String(id)}`);
}

const NAMES: Record<Attachment['kind'], string> = {
  filterView: 'filter view',
  slicer: 'slicer',
  banding: 'banded range',
  conditionalFormat: 'conditional format',
};

function place(workbook: Workbook, range: GridRange | undefined): { tab: Tab; area: OpenArea } {
  if (!range) throw invalid('range is required.');
  return readGridRange(workbook, range);
}

/** The given fields of `given` in the place of those of `old`. */
function masked(old: Json, given: Json, fields: string): Json {
  if (!fields) throw invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  if (fields === '*') return { ...given };
  const next = { ...old };
  for (const name of leaves(parseMask(fields)).map((path) => path.split('.')[0]!)) {
    if (given[name] === undefined) delete next[name];
    else next[name] = given[name];
  }
  return next;
}

type FilterView = { filterViewId?: number; range?: GridRange } & Json;

export const addFilterView: RequestKind = ({ workbook }, { filter = {} }: { filter?: FilterView }) => {
  const { filterViewId: id, range, ...body } = filter;
  const { tab, area } = place(workbook, range);
  const made = attach(tab, { kind: 'filterView', areas: [area], body, ...(id === undefined ? {} : { id }) });
  return { filter: attachmentResource(tab, made) };
};

export const updateFilterView: RequestKind = (
  { workbook },
  { filter = {}, fields = '' }: { filter?: FilterView; fields?: string },
) => {
  const { filterViewId, range, ...given } = filter;
  const { tab, item } = find(workbook, 'filterView', filterViewId);
  const areas = /range|\*/.test(fields) ? [place(workbook, range).area] : item.areas;
  changeAttachment(tab, item, { areas, body: masked(item.body, given, fields) });
};

export const duplicateFilterView: RequestKind = ({ workbook }, { filterId }: { filterId?: number }) => {
  const { tab, item } = find(workbook, 'filterView', filterId);
  const { kind, areas, body } = item;
  const made = attach(tab, { kind, areas, body: { ...body, title: `Copy of ${String(body['title'] ?? '')}` } });
  return { filter: attachmentResource(tab, made) };
};

export const deleteFilterView: RequestKind = ({ workbook }, { filterId }: { filterId?: number }) => {
  const { tab, item } = find(workbook, 'filterView', filterId);
  detach(tab, item);
};

export const addSlicer: RequestKind = (
  { workbook },
  { slicer = {} }: { slicer?: { slicerId?: number; spec?: { dataRange?: GridRange } & Json; position?: Json } },
) => {
  const { slicerId: id, spec = {}, position = {} } = slicer;
  const { dataRange, ...rest } = spec;
  const { tab, area } = place(workbook, dataRange);
  const body = { spec: rest, position };
  const made = attach(tab, { kind: 'slicer', areas: [area], body, ...(id === undefined ? {} : { id }) });
  return { slicer: attachmentResource(tab, made) };
};

export const addBanding: RequestKind = (
  { workbook },
  { bandedRange = {} }: { bandedRange?: { bandedRangeId?: number; range?: GridRange } & Json },
) => {
  const { bandedRangeId: id, range, ...body } = bandedRange;
  const { tab, area } = place(workbook, range);
  if (!body['rowProperties'] && !body['columnProperties']) {
    throw invalid('At least one of rowProperties and columnProperties must be specified.');
  }
  const made = attach(tab, { kind: 'banding', areas: [area], body, ...(id === undefined ? {} : { id }) });
  return { bandedRange: attachmentResource(tab, made) };
};

export const deleteBanding: RequestKind = ({ workbook }, { bandedRangeId }: { bandedRangeId?: number }) => {
  const { tab, item } = find(workbook, 'banding', bandedRangeId);
  detach(tab, item);
};

/** Rules have no id: they are told by their place in the order in which they apply. */
export const addConditionalFormatRule: RequestKind = (
  { workbook },
  { rule = {}, index = 0 }: { rule?: { ranges?: GridRange[] } & Json; index?: number },
) => {
  const { ranges = [], ...body } = rule;
  if (ranges.length === 0) throw invalid('At least one range must be specified.');
  if (!body['booleanRule'] && !body['gradientRule']) throw invalid('No rule specified.');
  const places = ranges.map((range) => place(workbook, range));
  const { tab } = places[0]!;
  const rules = tab.attachments.filter(({ kind }) => kind === 'conditionalFormat');
  if (index > rules.length) throw invalid(`Conditional format index ${index} is out of bounds.`);
  const at = index < rules.length ? tab.attachments.indexOf(rules[index]!) : tab.attachments.length;
  attach(tab, { kind: 'conditionalFormat', areas: places.map(({ area }) => area), body }, at);
};

export const deleteConditionalFormatRule: RequestKind = (
  { workbook },
  { sheetId, index = 0 }: { sheetId?: number; index?: number },
) => {
  const tab = tabOf(workbook, sheetId);
  const rule = tab.attachments.filter(({ kind }) => kind === 'conditionalFormat')[index];
  if (!rule) throw invalid(`No conditional format on sheet: ${tab.id} at index: ${index}`);
  detach(tab, rule);
  return { rule: attachmentResource(tab, rule) };
};
