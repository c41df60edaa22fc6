/** Installable triggers run as the person who made them, whoever edits; nobody else can see them. */

type Trigger = GoogleAppsScript.Script.Trigger;

/** Names of the entry points in main.ts. */
export const HANDLERS = { edit: 'onSheetEdit', change: 'onSheetChange', tick: 'tick' } as const;

export interface OwnTriggers {
  edit: boolean;
  change: boolean;
  /** Unique id of the time-driven trigger, null where there is none. */
  tick: string | null;
}

function mine(): Trigger[] {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet().getId();
  const handlers: readonly string[] = Object.values(HANDLERS);
  return ScriptApp.getProjectTriggers().filter((trigger) => {
    // A time-driven trigger names no source; one on another document is not ours to touch.
    const source = trigger.getTriggerSourceId() as string | null;
    return handlers.includes(trigger.getHandlerFunction()) && (!source || source === spreadsheet);
  });
}

/** The triggers of the person this run acts as. */
export function ownTriggers(): OwnTriggers {
  const own: OwnTriggers = { edit: false, change: false, tick: null };
  for (const trigger of mine()) {
    const handler = trigger.getHandlerFunction();
    if (handler === HANDLERS.edit) own.edit = true;
    else if (handler === HANDLERS.change) own.change = true;
    else own.tick = trigger.getUniqueId();
  }
  return own;
}

/**
 * Makes the three triggers anew and answers how often the time-driven one really runs: a published add-on may not have
 * one more often than hourly, which Google says only by an exception.
 */
export function installTriggers(): { everyMinutes: number; tick: string } {
  removeTriggers();
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  ScriptApp.newTrigger(HANDLERS.edit).forSpreadsheet(spreadsheet).onEdit().create();
  ScriptApp.newTrigger(HANDLERS.change).forSpreadsheet(spreadsheet).onChange().create();
  try {
    const trigger = ScriptApp.newTrigger(HANDLERS.tick).timeBased().everyMinutes(1).create();
    return { everyMinutes: 1, tick: trigger.getUniqueId() };
  } catch (error) {
    if (!isTooOften(error)) throw error;
  }
  const trigger = ScriptApp.newTrigger(HANDLERS.tick).timeBased().everyHours(1).create();
  return { everyMinutes: 60, tick: trigger.getUniqueId() };
}

export function removeTriggers(): void {
  mine().forEach((trigger) => ScriptApp.deleteTrigger(trigger));
}

/** Anything but missing permission or too many triggers counts: the exception's words are in the person's language. */
function isTooOften(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return !/permission|authoriz|too many triggers/i.test(message);
}
