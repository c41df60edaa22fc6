import { drain, UNWATCHED, WATCHED } from './drain.ts';
import { now } from './google/clock.ts';
import { editedRows, isStructural, type ChangeEvent, type EditEvent } from './google/events.ts';
import { logError } from './google/log.ts';
import { documentProperties } from './google/properties.ts';
import { activeTab, toast } from './google/spreadsheet.ts';
import { Memory } from './memory.ts';
import { sentenceFor } from './sentence.ts';
import { summarise, worst } from './summary.ts';
import { withinTime } from './trigger-time.ts';

/** What the entry points in main.ts do. */

const EVERYTHING = { sheet: null, rows: null };

/** Pushes the rows that were edited, if their tab is linked. Who finds another run at work leaves them to it. */
export function handleEdit(event: EditEvent): void {
  const mark = editedRows(event);
  const memory = new Memory(documentProperties());
  if (memory.link(mark.sheet)) withinTime(memory, () => drain(mark, UNWATCHED));
}

/** Scans after rows or columns were removed or moved; no event tells which. */
export function handleChange(event: ChangeEvent): void {
  if (!isStructural(event)) return;
  const memory = new Memory(documentProperties());
  if (memory.links().length > 0) withinTime(memory, () => drain(EVERYTHING, UNWATCHED));
}

/** The scheduled scan, and the sign of life that the sidebar shows. */
export function handleTick(): void {
  const memory = new Memory(documentProperties());
  if (memory.links().length === 0) return;
  withinTime(memory, () => {
    const report = drain(EVERYTHING, UNWATCHED);
    if (report === null) return;
    const { outcome, message } = worst([...report.values()]);
    new Memory(documentProperties()).rememberHeartbeat({
      at: new Date(now()).toISOString(),
      outcome,
      message: message ?? null,
    });
  });
}

/** “Sync now” of the menu: the tab in view, and a word on how it went. */
export function handleSyncNow(): void {
  try {
    const { id } = activeTab();
    if (!new Memory(documentProperties()).link(id)) {
      toast('This tab is not linked to a table yet. Choose Extensions > Tandem > Open Tandem to link it.');
      return;
    }
    toast('Syncing…');
    const report = drain({ sheet: id, rows: null }, WATCHED);
    toast(summarise(report?.get(id) ?? null));
  } catch (error) {
    const { code, message } = sentenceFor(error);
    if (code === 'unexpected') logError(error);
    toast(message);
  }
}
