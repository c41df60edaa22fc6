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

export function writeSettings(tab: number, update: UpdateLinkRequest): SettingsView {
  const { id } = linkOf(tab);
  return { ...changeSettings(id, update), ...columnsOf(id) };
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
