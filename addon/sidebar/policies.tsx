import type { LinkSettings } from '../../shared/protocol/links.ts';
import type { SettingsView } from '../src/rpc.ts';
import { ColumnChoices } from './column-choices.tsx';

export type Policy = LinkSettings['policy'];

export const POLICIES: Record<Policy, { name: string; what: string }> = {
  table: { name: 'The table wins', what: 'The sheet’s value is replaced and kept in the history.' },
  sheet: { name: 'The sheet wins', what: 'The table’s value is replaced and kept in the history.' },
  latest: { name: 'The later edit wins', what: 'Where that cannot be told for certain, the table wins.' },
  ask: { name: 'Ask', what: 'Neither is written until somebody decides here.' },
};

interface PoliciesProps {
  settings: SettingsView;
  policy: Policy;
  columns: Record<string, Policy | null>;
  disabled: boolean;
  change: (policy: Policy) => void;
  changeColumn: (id: string, policy: Policy | null) => void;
}

/** What happens where both sides change the same cell: for the link, and for single columns. */
export function Policies({ settings, policy, columns, disabled, change, changeColumn }: PoliciesProps) {
  const own = settings.shared.filter(({ id }) => (columns[id] ?? null) !== null).length;
  return (
    <fieldset class="plain settings" disabled={disabled}>
      <legend>Where both sides change the same cell</legend>
      {(Object.keys(POLICIES) as Policy[]).map((one) => (
        <label key={one} class="choice tall">
          <input type="radio" name="policy" checked={policy === one} onChange={() => change(one)} />
          <span>
            {POLICIES[one].name}
            <span class="detail block">{POLICIES[one].what}</span>
          </span>
        </label>
      ))}
      {settings.shared.length > 0 && (
        <ColumnChoices
          summary={`Single columns${own > 0 ? ` (${own} differ)` : ''}`}
          columns={settings.shared}
          chosen={columns}
          none="As above"
          choices={(Object.keys(POLICIES) as Policy[]).map((one) => [one, POLICIES[one].name] as const)}
          change={changeColumn}
        />
      )}
    </fieldset>
  );
}
