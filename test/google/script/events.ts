import type { Account } from '../accounts/people.ts';
import type { SheetDocument } from './documents.ts';
import type { EventSpec } from './engine/messages.ts';
import type { ScriptInstall } from './install.ts';
import type { Triggers } from './triggers.ts';

/** Source: event objects guide, "Edit". `value` and `oldValue` only where exactly one cell was edited. */
export interface EditEvent {
  range: NonNullable<EventSpec['range']>;
  value?: string;
  oldValue?: string;
}

export type ChangeType =
  | 'EDIT'
  | 'INSERT_ROW'
  | 'INSERT_COLUMN'
  | 'REMOVE_ROW'
  | 'REMOVE_COLUMN'
  | 'INSERT_GRID'
  | 'REMOVE_GRID'
  | 'FORMAT'
  | 'OTHER';

/** Who edited, as far as a trigger of `creator` may know it: themselves, or people of the same domain. */
function visible(editor: Account, creator: Account): { user?: { email: string } } {
  const known = editor.sub === creator.sub || (editor.domain !== undefined && editor.domain === creator.domain);
  return { user: { email: known ? editor.email : '' } };
}

function fireSimple(
  fn: string,
  installs: ScriptInstall[],
  editor: Account,
  event: Omit<EventSpec, 'authMode' | 'user'>,
): void {
  for (const install of installs) {
    // An add-on's simple triggers run for those who installed it; a bound script's for everybody.
    if (install.project.asAddon && !install.project.grants.has(editor.sub)) continue;
    void install.simple(fn, 'LIMITED', { ...event, user: { email: editor.email } }, editor);
  }
}

/** Somebody selected something. Source: simple triggers guide, "onSelectionChange(e)". Scripts cannot set it off. */
export function fireSelection(installs: ScriptInstall[], person: Account, range: EditEvent['range']): void {
  fireSimple('onSelectionChange', installs, person, { fields: {}, range, source: true });
}

/** Sets off what listens to edits. Nothing is awaited: executions run on while the person goes on. */
export function fireEdit(
  triggers: Triggers,
  installs: ScriptInstall[],
  document: SheetDocument,
  editor: Account,
  { range, value, oldValue }: EditEvent,
): void {
  const event: Omit<EventSpec, 'authMode'> = {
    fields: { ...(value === undefined ? {} : { value }), ...(oldValue === undefined ? {} : { oldValue }) },
    range,
    source: true,
  };
  fireSimple('onEdit', installs, editor, event);
  for (const trigger of triggers.listening('ON_EDIT', document.id)) {
    void triggers.fire(trigger, { ...event, ...visible(editor, trigger.creator) });
  }
}

export function fireChange(triggers: Triggers, document: SheetDocument, editor: Account, changeType: ChangeType): void {
  for (const trigger of triggers.listening('ON_CHANGE', document.id)) {
    void triggers.fire(trigger, { fields: { changeType }, source: true, ...visible(editor, trigger.creator) });
  }
}
