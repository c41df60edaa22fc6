import { randomBytes } from 'node:crypto';
import { intersects, type OpenArea } from '../../workbook/area.ts';
import type { BasicFilter, ProtectedRange } from '../../workbook/attributes.ts';
import type { Tab } from '../../workbook/tab.ts';
import type { Workbook } from '../../workbook/workbook.ts';
import { invalid } from '../api-error.ts';
import { leaves, parseMask } from '../field-mask.ts';
import { readGridRange, tabOf, toGridRange, type GridRange } from '../ranges.ts';
import { protectedResource } from '../spreadsheets/resource.ts';
import type { RequestKind } from './kind.ts';

interface ProtectedInput {
  protectedRangeId?: number;
  range?: GridRange;
  namedRangeId?: string;
  description?: string;
  warningOnly?: boolean;
  editors?: { users?: string[] };
  unprotectedRanges?: GridRange[];
}

const unprotected = (workbook: Workbook, ranges: GridRange[] = []): OpenArea[] =>
  ranges.map((range) => readGridRange(workbook, range).area);

function findProtected(workbook: Workbook, id: number | undefined): { tab: Tab; range: ProtectedRange } {
  for (const tab of workbook.tabs) {
    const range = tab.protectedRanges.find((item) => item.id === id);
    if (range) return { tab, range };
  }
  throw invalid(`No protected range with id: ${id}`);
}

export const addProtectedRange: RequestKind = (
  { workbook, actor },
  { protectedRange: given = {} }: { protectedRange?: ProtectedInput },
) => {
  const { tab, area } = readGridRange(workbook, given.range);
  const editors = given.editors?.users ?? [];
  if (given.warningOnly && given.editors) throw invalid('ProtectedRange is warningOnly. Editors cannot be set on it.');
  const made: ProtectedRange = {
    id: given.protectedRangeId ?? randomBytes(4).readUInt32BE() & 0x7fff_ffff,
    area,
    ...(given.description === undefined ? {} : { description: given.description }),
    warningOnly: given.warningOnly ?? false,
    // Whoever protects a range may go on editing it.
    editors: actor === undefined || editors.includes(actor) ? editors : [...editors, actor],
    unprotected: unprotected(workbook, given.unprotectedRanges),
  };
  tab.protectedRanges = [...tab.protectedRanges, made];
  workbook.changed({ kind: 'protection', tabId: tab.id });
  return { protectedRange: protectedResource(tab, made, actor) };
};

export const updateProtectedRange: RequestKind = (
  { workbook },
  { protectedRange: given = {}, fields = '' }: { protectedRange?: ProtectedInput; fields?: string },
) => {
  const { tab, range } = findProtected(workbook, given.protectedRangeId);
  const names = leaves(parseMask(fields)).map((path) => path.split('.')[0]);
  const has = (name: keyof ProtectedInput): boolean => fields === '*' || names.includes(name);
  const next: ProtectedRange = {
    ...range,
    ...(has('range') ? { area: readGridRange(workbook, given.range).area } : {}),
    ...(has('description') ? { description: given.description ?? '' } : {}),
    ...(has('warningOnly') ? { warningOnly: given.warningOnly ?? false } : {}),
    ...(has('editors') ? { editors: given.editors?.users ?? [] } : {}),
    ...(has('unprotectedRanges') ? { unprotected: unprotected(workbook, given.unprotectedRanges) } : {}),
  };
  tab.protectedRanges = tab.protectedRanges.map((item) => (item === range ? next : item));
  workbook.changed({ kind: 'protection', tabId: tab.id });
};

export const deleteProtectedRange: RequestKind = (
  { workbook },
  { protectedRangeId }: { protectedRangeId?: number },
) => {
  const { tab, range } = findProtected(workbook, protectedRangeId);
  tab.protectedRanges = tab.protectedRanges.filter((item) => item !== range);
  workbook.changed({ kind: 'protection', tabId: tab.id });
};

export const addNamedRange: RequestKind = (
  { workbook },
  { namedRange = {} }: { namedRange?: { namedRangeId?: string; name?: string; range?: GridRange } },
) => {
  const { tab, area } = readGridRange(workbook, namedRange.range);
  const name = namedRange.name ?? '';
  if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name)) throw invalid(`The name "${name}" is not valid for a named range.`);
  if (workbook.namedRanges.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw invalid(`A named range with the name "${name}" already exists.`);
  }
  const made = { id: namedRange.namedRangeId ?? randomBytes(6).toString('hex'), name, tabId: tab.id, area };
  workbook.namedRanges = [...workbook.namedRanges, made];
  workbook.changed({ kind: 'properties' });
  return { namedRange: { namedRangeId: made.id, name, range: toGridRange(tab.id, area) } };
};

export const deleteNamedRange: RequestKind = ({ workbook }, { namedRangeId }: { namedRangeId?: string }) => {
  if (!workbook.namedRanges.some((range) => range.id === namedRangeId)) {
    throw invalid(`No named range with id: ${namedRangeId}`);
  }
  workbook.namedRanges = workbook.namedRanges.filter((range) => range.id !== namedRangeId);
  workbook.changed({ kind: 'properties' });
};

export const setBasicFilter: RequestKind = (
  { workbook },
  { filter = {} }: { filter?: { range?: GridRange; criteria?: Record<string, { hiddenValues?: string[] }> } },
) => {
  const { tab, area } = readGridRange(workbook, filter.range);
  const criteria: BasicFilter['criteria'] = Object.fromEntries(
    Object.entries(filter.criteria ?? {}).map(([index, criterion]) => [Number(index) + 1, criterion]),
  );
  if (tab.tables.some((table) => intersects(table.area, area))) {
    throw invalid('You cannot create a filter that intersects a table.');
  }
  tab.filter = { area, criteria };
  workbook.changed({ kind: 'visibility', tabId: tab.id });
};

export const clearBasicFilter: RequestKind = ({ workbook }, { sheetId }: { sheetId?: number }) => {
  const tab = tabOf(workbook, sheetId);
  tab.filter = null;
  workbook.changed({ kind: 'visibility', tabId: tab.id });
};
