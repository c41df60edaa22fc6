import type { LinkSettings } from '../../shared/protocol/links.ts';

type MissingMode = LinkSettings['missingMode'];
type RemovedMode = LinkSettings['removedMode'];

export const MISSING: Record<MissingMode, { name: string; what: string }> = {
  confirm: { name: 'Ask first', what: 'They are listed here, to be restored or deleted.' },
  automatic: {
    name: 'Delete them',
    what: 'After two looks at least two minutes apart. Many at once are asked about first.',
  },
  soft: { name: 'Mark them as deleted', what: 'They stay in the table; a column says that they are deleted.' },
  off: { name: 'Keep them', what: 'They stay in the table, and off the sheet until the table changes them.' },
};

export const REMOVED: Record<RemovedMode, { name: string; what: string }> = {
  remove: { name: 'Delete them', what: 'A row that was edited here meanwhile stays, and you are asked.' },
  archive: { name: 'Move them to an archive tab', what: 'With the time at which they went.' },
  mark: { name: 'Keep them, with a note', what: 'They are not synced any more.' },
  off: { name: 'Keep them', what: 'They are not synced any more, without a note.' },
};

interface ModesProps {
  missing: MissingMode;
  softColumn: string | null;
  softChoices: readonly string[];
  removed: RemovedMode;
  disabled: boolean;
  changeMissing: (mode: MissingMode) => void;
  changeSoftColumn: (name: string) => void;
  changeRemoved: (mode: RemovedMode) => void;
}

/** What becomes of rows that one side deleted. */
export function DeleteModes(props: ModesProps) {
  const { missing, removed, softChoices, softColumn } = props;
  return (
    <>
      <fieldset class="plain settings" disabled={props.disabled}>
        <legend>Rows deleted in the sheet</legend>
        <label class="field">
          <span class="hidden">In the table</span>
          <select value={missing} onChange={(event) => props.changeMissing(event.currentTarget.value as MissingMode)}>
            {(Object.keys(MISSING) as MissingMode[]).map((mode) => (
              <option key={mode} value={mode} disabled={mode === 'soft' && softChoices.length === 0}>
                {MISSING[mode].name}
              </option>
            ))}
          </select>
        </label>
        <p class="hint">{MISSING[missing].what}</p>
        {missing === 'soft' && softChoices.length > 0 && (
          <label class="field">
            <span>Column that says so</span>
            <select value={softColumn ?? ''} onChange={(event) => props.changeSoftColumn(event.currentTarget.value)}>
              <option value="" disabled>
                Choose a column
              </option>
              {softChoices.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        {softChoices.length === 0 && (
          <p class="hint">To mark rows as deleted, the table needs a column of type boolean or timestamp.</p>
        )}
      </fieldset>
      <fieldset class="plain settings" disabled={props.disabled}>
        <legend>Rows deleted in the table</legend>
        <label class="field">
          <span class="hidden">In the sheet</span>
          <select value={removed} onChange={(event) => props.changeRemoved(event.currentTarget.value as RemovedMode)}>
            {(Object.keys(REMOVED) as RemovedMode[]).map((mode) => (
              <option key={mode} value={mode}>
                {REMOVED[mode].name}
              </option>
            ))}
          </select>
        </label>
        <p class="hint">{REMOVED[removed].what}</p>
      </fieldset>
    </>
  );
}
