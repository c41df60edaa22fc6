import { useEffect, useState } from 'preact/hooks';
import type { SettingsView } from '../src/rpc.ts';
import { call } from './call.ts';
import { DeleteModes, MISSING, REMOVED } from './delete-modes.tsx';
import { EmptyCells } from './empty-cells.tsx';
import { LinkActions } from './link-actions.tsx';
import type { ScreenProps } from './linked.tsx';
import { Back, Banner, Heading, SaveBar, Section, Sentences, WhenLoaded } from './parts.tsx';
import { POLICIES, Policies } from './policies.tsx';
import { changesOf, formOf, formProblems, type Form } from './settings-form.ts';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

/** How the link behaves: to be changed by its creator and by admins, and read by everybody. */
export function Settings({ tab, state, go }: ScreenProps) {
  const id = state.tab.id;
  const { loaded, again } = useLoad(() => call('settings', id));
  const [unsaved, setUnsaved] = useState(false);
  return (
    <>
      <Back unsaved={unsaved} onClick={() => go('status')} />
      <Heading>Settings</Heading>
      <WhenLoaded loaded={loaded} again={again} text="Reading the settings…">
        {(settings) =>
          state.mayChange ? (
            <SettingsForm
              key={JSON.stringify(settings)}
              tab={tab}
              id={id}
              loaded={settings}
              replaces={state.link.replaces === true}
              tellUnsaved={setUnsaved}
            />
          ) : (
            <ReadOnly settings={settings} replaces={state.link.replaces === true} />
          )
        }
      </WhenLoaded>
      <LinkActions tab={tab} state={state} unsaved={unsaved} done={() => go('status', false)} />
    </>
  );
}

interface FormProps {
  tab: Tab;
  id: number;
  loaded: SettingsView;
  /** The tab replaces its table: neither conflicts nor deleted rows are decided. */
  replaces: boolean;
  tellUnsaved: (unsaved: boolean) => void;
}

function SettingsForm({ tab, id, loaded, replaces, tellUnsaved }: FormProps) {
  const [settings, setSettings] = useState(loaded);
  const [form, setForm] = useState<Form>(() => formOf(loaded));
  const [saved, setSaved] = useState(false);
  const busy = tab.busy !== null;
  const changes = changesOf(form, settings);
  const changed = Object.keys(changes).length > 0;
  const problems = formProblems(form);
  useEffect(() => {
    tellUnsaved(changed);
    // What was typed goes with the form, which may have become another's to fill in.
    return () => tellUnsaved(false);
  }, [tellUnsaved, changed]);
  const set = (part: Partial<Form>): void => {
    setSaved(false);
    setForm({ ...form, ...part });
  };
  const save = (): void => {
    void tab.act('Saving…', async () => {
      const now = await call('changeSettings', id, changes, settings.members);
      setSettings(now);
      setForm(formOf(now));
      setSaved(true);
      return null;
    });
  };
  return (
    <>
      {!replaces && (
        <Policies
          settings={settings}
          policy={form.policy}
          columns={form.columns}
          disabled={busy}
          change={(policy) => set({ policy })}
          changeColumn={(column, policy) => set({ columns: { ...form.columns, [column]: policy } })}
        />
      )}
      <EmptyCells
        settings={settings}
        empty={form.empty}
        disabled={busy}
        change={(column, mode) => set({ empty: { ...form.empty, [column]: mode } })}
      />
      {!replaces && (
        <DeleteModes
          missing={form.missingMode}
          softColumn={form.softDeleteColumn}
          softChoices={settings.softDeleteChoices}
          removed={form.removedMode}
          disabled={busy}
          changeMissing={(missingMode) => set({ missingMode })}
          changeSoftColumn={(softDeleteColumn) => set({ softDeleteColumn })}
          changeRemoved={(removedMode) => set({ removedMode })}
        />
      )}
      <fieldset class="plain settings" disabled={busy}>
        <legend>People</legend>
        <p class="hint">
          Who may see and use this link{settings.owner ? ` besides ${settings.owner}, who made it` : ''}: one e-mail
          address a line. They also need access to the spreadsheet.
        </p>
        <textarea
          aria-label="People who may use this link"
          rows={3}
          value={form.members}
          placeholder="bob@example.com"
          onInput={(event) => set({ members: event.currentTarget.value })}
        />
      </fieldset>
      <Sentences tone="warning" of={problems} />
      <SaveBar
        busy={busy}
        changed={changed}
        saved={saved}
        blocked={problems.length > 0}
        save={save}
        discard={() => setForm(formOf(settings))}
      />
    </>
  );
}

function ReadOnly({ settings, replaces }: { settings: SettingsView; replaces: boolean }) {
  return (
    <>
      <Banner tone="info">
        Only {settings.owner ?? 'the person who made this link'} or a Tandem admin can change these.
      </Banner>
      {replaces ? null : <ConflictsAndDeletes settings={settings} />}
    </>
  );
}

function ConflictsAndDeletes({ settings }: { settings: SettingsView }) {
  const own = settings.shared.flatMap(({ id, header }) => {
    const policy = settings.columns[id];
    return policy === undefined ? [] : [`${header}: ${POLICIES[policy].name.toLowerCase()}.`];
  });
  return (
    <>
      <Section title="Where both sides change the same cell">
        <p>{POLICIES[settings.policy].name}.</p>
        {own.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Section>
      <Section title="Rows deleted in the sheet">
        <p>
          {MISSING[settings.missingMode].name}. {MISSING[settings.missingMode].what}
        </p>
      </Section>
      <Section title="Rows deleted in the table">
        <p>
          {REMOVED[settings.removedMode].name}. {REMOVED[settings.removedMode].what}
        </p>
      </Section>
    </>
  );
}
