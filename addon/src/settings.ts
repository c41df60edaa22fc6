import type { LinkSettings, UpdateLinkRequest } from '../../shared/protocol/links.ts';
import { changeSettings, getLink, getSettings } from './api.ts';
import { linkOf } from './link-tab.ts';

/** The settings of a link, with the columns that may have one of their own. */
export interface SettingsView extends LinkSettings {
  /** Columns that both sides can change: only there can they disagree. */
  shared: NamedColumn[];
  /** Columns that hold text and are written from here: only there is an empty text something else than NULL. */
  texts: NamedColumn[];
}

interface NamedColumn {
  id: string;
  header: string;
}

export function readSettings(tab: number): SettingsView {
  const { id } = linkOf(tab);
  return { ...getSettings(id), ...columnsOf(id) };
}

/** `members`: those that the person saw, whose list was changed from there. Who was added elsewhere since stays. */
export function writeSettings(tab: number, update: UpdateLinkRequest, members?: readonly string[]): SettingsView {
  const { id } = linkOf(tab);
  const merged =
    update.members === undefined || members === undefined
      ? update
      : { ...update, members: mergeMembers(members, update.members, getSettings(id).members) };
  return { ...changeSettings(id, merged), ...columnsOf(id) };
}

/** What was added to and taken out of `before`, done to the list as it is now. */
function mergeMembers(before: readonly string[], wanted: readonly string[], now: readonly string[]): string[] {
  const kept = now.filter((member) => wanted.includes(member) || !before.includes(member));
  return [...kept, ...wanted.filter((member) => !before.includes(member) && !now.includes(member))];
}

function columnsOf(id: string): Pick<SettingsView, 'shared' | 'texts'> {
  const inUse = getLink(id).mapping.columns.filter(({ key, suspended }) => !key && suspended === undefined);
  const named = ({ id, header }: NamedColumn): NamedColumn => ({ id, header });
  return {
    shared: inUse.filter(({ direction }) => direction === 'both').map(named),
    texts: inUse
      .filter(({ direction, kind }) => direction !== 'toSheet' && (kind === 'text' || kind === 'citext'))
      .map(named),
  };
}
