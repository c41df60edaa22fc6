import { randomBytes } from 'node:crypto';
import type { OpenArea } from './area.ts';
import { shiftArea, type Shift } from './shift.ts';
import type { Tab } from './tab.ts';

/**
 * What lies over ranges of a tab and changes none of its cells for a program that reads it: filter views and slicers, which
 * hide rows from a person alone, and looks that are drawn over the cells.
 */
export interface Attachment {
  readonly kind: 'filterView' | 'slicer' | 'banding' | 'conditionalFormat';
  readonly id: number;
  readonly areas: readonly OpenArea[];
  /** The API's message without its id and ranges, kept as given. */
  readonly body: Readonly<Record<string, unknown>>;
}

export function attach(
  tab: Tab,
  item: Omit<Attachment, 'id'> & { id?: number },
  at = tab.attachments.length,
): Attachment {
  const made = { ...item, id: item.id ?? randomBytes(4).readUInt32BE() & 0x7fff_ffff };
  tab.attachments = [...tab.attachments.slice(0, at), made, ...tab.attachments.slice(at)];
  tab.workbook.changed({ kind: 'visibility', tabId: tab.id });
  return made;
}

export function changeAttachment(tab: Tab, item: Attachment, change: Partial<Attachment>): void {
  tab.attachments = tab.attachments.map((one) => (one === item ? { ...item, ...change } : one));
  tab.workbook.changed({ kind: 'visibility', tabId: tab.id });
}

export function detach(tab: Tab, item: Attachment): void {
  tab.attachments = tab.attachments.filter((one) => one !== item);
  tab.workbook.changed({ kind: 'visibility', tabId: tab.id });
}

export function shiftAttachments(items: readonly Attachment[], shift: Shift): Attachment[] {
  return items.flatMap((item) => {
    const areas = item.areas.flatMap((area) => shiftArea(area, shift) ?? []);
    return areas.length ? [{ ...item, areas }] : [];
  });
}
