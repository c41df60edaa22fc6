import type { SettingsView } from '../src/rpc.ts';

export type EmptyMode = SettingsView['empty'][string];

interface EmptyProps {
  settings: SettingsView;
  empty: Record<string, EmptyMode | null>;
  disabled: boolean;
  change: (id: string, mode: EmptyMode | null) => void;
}

/** What a cell that is emptied becomes in the table, for columns that hold text. */
export function EmptyCells({ settings, empty, disabled, change }: EmptyProps) {
  if (settings.texts.length === 0) return null;
  const own = settings.texts.filter(({ id }) => (empty[id] ?? null) !== null).length;
  return (
    <fieldset class="plain settings" disabled={disabled}>
      <legend>Emptied cells</legend>
      <p class="hint">They become NULL in the table, or an empty text where a text column requires a value.</p>
      <details>
        <summary>Text columns{own > 0 ? ` (${own} chosen)` : ''}</summary>
        <ul class="list columns">
          {settings.texts.map(({ id, header }) => (
            <li key={id}>
              <label class="pair">
                <span>{header}</span>
                <select
                  value={empty[id] ?? ''}
                  onChange={(event) => change(id, (event.currentTarget.value || null) as EmptyMode | null)}
                >
                  <option value="">As the table requires</option>
                  <option value="null">NULL</option>
                  <option value="blank">Empty text</option>
                </select>
              </label>
            </li>
          ))}
        </ul>
      </details>
    </fieldset>
  );
}
