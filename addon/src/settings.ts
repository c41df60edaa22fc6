import type { LinkSettings, UpdateLinkRequest } from '../../shared/protocol/links.ts';
import { changeSettings, getLink, getSettings } from './api.ts';
import { linkOf } from './link-tab.ts';

/** The settings of a link, with the columns that may have one of their own. */
export interface SettingsView extends LinkSettings {
  /** Columns that both sides can change: only there can they disagree. */
  shared: { id: string; header: string }[];
}

export function readSettings(tab: number): SettingsView {
  const { id } = linkOf(tab);
  return { ...getSettings(id), shared: sharedColumns(id) };
}

export function writeSettings(tab: number, update: UpdateLinkRequest): SettingsView {
  const { id } = linkOf(tab);
  return { ...changeSettings(id, update), shared: sharedColumns(id) };
}

function sharedColumns(id: string): SettingsView['shared'] {
  return getLink(id)
    .mapping.columns.filter(({ key, direction, suspended }) => !key && direction === 'both' && suspended === undefined)
    .map((column) => ({ id: column.id, header: column.header }));
}
