import type { SettingsView } from '../src/rpc.ts';
import { ColumnChoices } from './column-choices.tsx';

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
      <ColumnChoices
        summary={`Text columns${own > 0 ? ` (${own} chosen)` : ''}`}
        columns={settings.texts}
        chosen={empty}
        none="As the table requires"
        choices={[
          ['null', 'NULL'],
          ['blank', 'Empty text'],
        ]}
        change={change}
      />
    </fieldset>
  );
}
