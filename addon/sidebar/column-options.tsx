import { useEffect, useState } from 'preact/hooks';
import type { Direction } from '../../shared/mapping.ts';
import type { LinkOptions } from '../../shared/protocol/options.ts';
import { filterWords } from '../../shared/row-filter.ts';
import { call } from './call.ts';
import type { Linked } from './linked.tsx';
import { optionChanges, optionProblems, optionsForm, type OptionsForm } from './options-form.ts';
import { Back, Banner, Heading, SaveBar, Section, Sentences, WhenLoaded } from './parts.tsx';
import { RelatedForm, type RelatedColumn } from './related-form.tsx';
import { RowFilterForm } from './row-filter-form.tsx';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

const DIRECTIONS: Record<Direction, string> = {
  both: '⇄ Both ways',
  toTable: '→ Sheet to table',
  toSheet: '← Table to sheet',
};

/** Which rows belong on the sheet, what locks them, which way each column travels and what stands for a key. */
export function ColumnOptions({ tab, state, back }: { tab: Tab; state: Linked; back: () => void }) {
  const id = state.tab.id;
  const { loaded, again } = useLoad(() => call('options', id));
  const [unsaved, setUnsaved] = useState(false);
  const add = async ({ header, via, column }: RelatedColumn): Promise<boolean> => {
    const change = { add: [{ header, to: { related: { via, column } } }] };
    const done = await tab.act('Adding the column…', () => call('changeColumns', id, change, [header]));
    if (done) again();
    return done;
  };
  return (
    <>
      <Back unsaved={unsaved} onClick={back} />
      <Heading>Filter and directions</Heading>
      <WhenLoaded loaded={loaded} again={again} text="Looking at the table…">
        {(options) =>
          state.mayChange ? (
            <Options key={JSON.stringify(options)} {...{ tab, state, add }} loaded={options} tellUnsaved={setUnsaved} />
          ) : (
            <ReadOnly options={options} />
          )
        }
      </WhenLoaded>
    </>
  );
}

function Options(props: {
  tab: Tab;
  state: Linked;
  loaded: LinkOptions;
  add: (column: RelatedColumn) => Promise<boolean>;
  tellUnsaved: (unsaved: boolean) => void;
}) {
  const { tab, state, loaded, add, tellUnsaved } = props;
  const [options, setOptions] = useState(loaded);
  const [form, setForm] = useState<OptionsForm>(() => optionsForm(loaded));
  const [saved, setSaved] = useState(false);
  const busy = tab.busy !== null;
  const changes = optionChanges(form, options);
  const changed = Object.keys(changes).length > 0;
  const problems = optionProblems(form);
  useEffect(() => {
    tellUnsaved(changed);
    // What was typed goes with the form, which may have become another's to fill in.
    return () => tellUnsaved(false);
  }, [tellUnsaved, changed]);
  const set = (part: Partial<OptionsForm>): void => {
    setSaved(false);
    setForm({ ...form, ...part });
  };
  const save = (): void => {
    void tab.act('Saving…', async () => {
      const now = await call('changeOptions', state.tab.id, changes);
      setOptions(now);
      setForm(optionsForm(now));
      setSaved(true);
      return state.link.state === 'active' ? call('syncNow', state.tab.id) : null;
    });
  };
  return (
    <>
      <RowFilterForm options={options} form={form} disabled={busy} set={set} />
      <Locks options={options} form={form} disabled={busy} set={set} />
      <Directions options={options} form={form} disabled={busy} set={set} />
      <Sentences tone="warning" of={problems} />
      <SaveBar
        busy={busy}
        changed={changed}
        saved={saved}
        blocked={problems.length > 0}
        save={save}
        discard={() => setForm(optionsForm(options))}
      />
      {state.link.state === 'active' && (
        <RelatedForm
          from={options.relatedChoices}
          headers={options.columns.map(({ header }) => header)}
          disabled={busy || changed}
          add={add}
        />
      )}
    </>
  );
}

interface PartProps {
  options: LinkOptions;
  form: OptionsForm;
  disabled: boolean;
  set: (part: Partial<OptionsForm>) => void;
}

function Locks({ options, form, disabled, set }: PartProps) {
  if (options.lockChoices.length === 0) return null;
  return (
    <fieldset class="plain settings" disabled={disabled}>
      <legend>Locked rows</legend>
      <p class="hint">
        While one of these is true, the row is left alone here, and edits to it wait until the lock is lifted.
      </p>
      {options.lockChoices.map((name) => (
        <label class="choice" key={name}>
          <input
            type="checkbox"
            checked={form.locks.includes(name)}
            onChange={() =>
              set({
                locks: form.locks.includes(name) ? form.locks.filter((one) => one !== name) : [...form.locks, name],
              })
            }
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

function Directions({ options, form, disabled, set }: PartProps) {
  return (
    <Section title="Columns">
      <ul class="list columns">
        {options.columns.map(({ id, header, column, key, directions, labelChoices, related }) => (
          <li key={id}>
            <div class="column-name">
              <span class="name">{header}</span>
              {key && <span class="tag">key</span>}
              <span class="detail">{column}</span>
            </div>
            {directions.length === 1 ? (
              <span class="detail">{related ? '← From another table, only shown' : DIRECTIONS[directions[0]!]}</span>
            ) : (
              <select
                aria-label={`Direction of ${header}`}
                value={form.directions[id]}
                disabled={disabled}
                onChange={(event) =>
                  set({ directions: { ...form.directions, [id]: event.currentTarget.value as Direction } })
                }
              >
                {directions.map((one) => (
                  <option key={one} value={one}>
                    {DIRECTIONS[one]}
                  </option>
                ))}
              </select>
            )}
            {labelChoices.length > 0 && (
              <select
                aria-label={`What ${header} shows`}
                value={form.labels[id] ?? ''}
                disabled={disabled}
                onChange={(event) => set({ labels: { ...form.labels, [id]: event.currentTarget.value || null } })}
              >
                <option value="">Shown as it is stored</option>
                {labelChoices.map((name) => (
                  <option key={name} value={name}>
                    Shown by its {name}
                  </option>
                ))}
              </select>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function ReadOnly({ options }: { options: LinkOptions }) {
  const { filter, locks, columns } = options;
  return (
    <>
      <Banner tone="info">Only the person who made this link or a Tandem admin can change these.</Banner>
      <Section title="Rows on this sheet">
        <p>{filter === null ? 'All rows of the table.' : `Rows where ${filterWords(filter)}.`}</p>
      </Section>
      {locks.length > 0 && (
        <Section title="Locked rows">
          <p>Rows are left alone while {locks.join(' or ')} is true.</p>
        </Section>
      )}
      <Section title="Columns">
        {columns.map(({ id, header, direction, label }) => (
          <p key={id}>
            {header}: {DIRECTIONS[direction].slice(2).toLowerCase()}
            {label === null ? '' : `, shown by its ${label}`}.
          </p>
        ))}
      </Section>
    </>
  );
}
