import type { Attachment } from '../../workbook/attachments.ts';
import type { Tab } from '../../workbook/tab.ts';
import { toGridRange } from '../ranges.ts';

type Json = Record<string, unknown>;

/** What lies over a tab, as the Sheet resource lists it. */
export function attachmentsResource(tab: Tab): Json {
  const of = (kind: Attachment['kind']): Json[] =>
    tab.attachments.filter((item) => item.kind === kind).map((item) => attachmentResource(tab, item));
  const lists = {
    filterViews: of('filterView'),
    slicers: of('slicer'),
    bandedRanges: of('banding'),
    conditionalFormats: of('conditionalFormat'),
  };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length));
}

export function attachmentResource(tab: Tab, { kind, id, areas, body }: Attachment): Json {
  const [range, ...more] = areas.map((area) => toGridRange(tab.id, area));
  switch (kind) {
    case 'filterView':
      return { filterViewId: id, range, ...body };
    case 'slicer':
      return { slicerId: id, ...body, spec: { dataRange: range, ...(body['spec'] as Json) } };
    case 'banding':
      return { bandedRangeId: id, range, ...body };
    case 'conditionalFormat':
      return { ranges: [range, ...more], ...body };
  }
}
