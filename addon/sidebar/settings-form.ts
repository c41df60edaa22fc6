import type { UpdateLinkRequest } from '../../shared/protocol/links.ts';
import type { SettingsView } from '../src/rpc.ts';
import type { EmptyMode } from './empty-cells.tsx';
import type { Policy } from './policies.tsx';

/** The settings as a person is filling them in. */
export interface Form {
  policy: Policy;
  /** By column id; null: as the link. */
  columns: Record<string, Policy | null>;
  /** What emptied cells become, by column id; null: by the table. */
  empty: Record<string, EmptyMode | null>;
  missingMode: SettingsView['missingMode'];
  softDeleteColumn: string | null;
  removedMode: SettingsView['removedMode'];
  /** One address a line. */
  members: string;
}

export function formOf(settings: SettingsView): Form {
  const { policy, missingMode, softDeleteColumn, removedMode } = settings;
  const columns = Object.fromEntries(settings.shared.map(({ id }) => [id, settings.columns[id] ?? null]));
  const empty = Object.fromEntries(settings.texts.map(({ id }) => [id, settings.empty[id] ?? null]));
  return { policy, columns, empty, missingMode, softDeleteColumn, removedMode, members: settings.members.join('\n') };
}

/** Addresses and account ids, one each; commas and semicolons separate as well as lines. */
export function membersOf(text: string): string[] {
  const all = text.split(/[\s,;]+/).filter((member) => member !== '');
  return [...new Set(all)];
}

/** What differs from the settings as they are; empty where nothing does. */
export function changesOf(form: Form, settings: SettingsView): UpdateLinkRequest {
  const update: UpdateLinkRequest = {};
  if (form.policy !== settings.policy) update.policy = form.policy;
  const columns = Object.entries(form.columns).filter(([id, policy]) => policy !== (settings.columns[id] ?? null));
  if (columns.length > 0) update.columns = Object.fromEntries(columns);
  const empty = Object.entries(form.empty).filter(([id, mode]) => mode !== (settings.empty[id] ?? null));
  if (empty.length > 0) update.empty = Object.fromEntries(empty);
  if (form.missingMode !== settings.missingMode) update.missingMode = form.missingMode;
  if (form.missingMode === 'soft' && form.softDeleteColumn !== settings.softDeleteColumn) {
    update.softDeleteColumn = form.softDeleteColumn;
  }
  if (form.removedMode !== settings.removedMode) update.removedMode = form.removedMode;
  const members = membersOf(form.members);
  if (members.join('\n') !== settings.members.join('\n')) update.members = members;
  return update;
}

/** Why it cannot be saved yet, as sentences. */
export function formProblems(form: Form): string[] {
  const problems: string[] = [];
  if (form.missingMode === 'soft' && form.softDeleteColumn === null) {
    problems.push('Choose the column that says that a row is deleted.');
  }
  const long = membersOf(form.members).find((member) => member.length > 320);
  if (long !== undefined) problems.push(`“${long.slice(0, 30)}…” is too long for an address.`);
  return problems;
}
