import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Loaded } from './use-load.ts';

interface ButtonProps {
  children: ComponentChildren;
  onClick: () => void;
  primary?: boolean;
  danger?: boolean;
  disabled?: boolean;
  /** What a screen reader says, where the text alone does not tell enough. */
  label?: string;
}

export function Button({ children, onClick, primary, danger, disabled, label }: ButtonProps) {
  const look = `button${primary ? ' primary' : ''}${danger ? ' danger' : ''}`;
  return (
    <button type="button" class={look} onClick={onClick} disabled={disabled} aria-label={label}>
      {children}
    </button>
  );
}

/** A button that looks like a link within text. */
export function TextButton({ children, onClick, disabled, label }: ButtonProps) {
  return (
    <button type="button" class="text-button" onClick={onClick} disabled={disabled} aria-label={label}>
      {children}
    </button>
  );
}

/** The way out of a screen, above its heading. Asks first where what was typed would be lost. */
export function Back({ onClick, unsaved }: { onClick: () => void; unsaved?: boolean }) {
  const [asked, ask] = useState(false);
  // What is typed after that is another question.
  useEffect(() => ask(false), [unsaved]);
  if (asked && unsaved) {
    return (
      <div class="confirm" role="group" aria-label="Leave this screen">
        <p>What you changed here is not saved yet.</p>
        <div class="buttons">
          <Button danger onClick={onClick}>
            Leave without saving
          </Button>
          <Button onClick={() => ask(false)}>Stay</Button>
        </div>
      </div>
    );
  }
  return (
    <nav>
      <button type="button" class="text-button back" onClick={unsaved ? () => ask(true) : onClick}>
        <span aria-hidden="true">‹ </span>Back
      </button>
    </nav>
  );
}

/** A line that leads to another screen. */
export function GoTo(props: { label: string; detail?: string | null; onClick: () => void; disabled?: boolean }) {
  return (
    <button type="button" class="row-button goto" onClick={props.onClick} disabled={props.disabled}>
      <span>
        <span class="name">{props.label}</span>
        {props.detail && <span class="detail">{props.detail}</span>}
      </span>
      <span class="arrow" aria-hidden="true">
        ›
      </span>
    </button>
  );
}

/** A screen's heading. Takes the focus when the screen appears, so that a screen reader says where it is. */
export function Heading({ children }: { children: ComponentChildren }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}

type Tone = 'info' | 'good' | 'warning' | 'error';

export function Banner({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  const ref = useRef<HTMLDivElement>(null);
  // What failed may have been started from far below.
  useEffect(() => {
    if (tone === 'error') ref.current?.scrollIntoView({ block: 'nearest' });
  }, [tone]);
  return (
    <div ref={ref} class={`banner ${tone}`} role={tone === 'error' ? 'alert' : undefined}>
      {children}
    </div>
  );
}

export function Spinner({ text }: { text: string }) {
  return (
    <div class="spinner" role="status">
      <span class="ring" aria-hidden="true" />
      <span>{text}</span>
    </div>
  );
}

/** What went wrong, and where to allow what is missing if that is why. */
export function FailureBanner({ failure }: { failure: { message: string; consent: string | null } }) {
  return (
    <Banner tone="error">
      {failure.message}
      {failure.consent !== null && (
        <p class="consent">
          <a href={failure.consent} target="_blank" rel="noopener">
            Allow access
          </a>
          , then try again.
        </p>
      )}
    </Banner>
  );
}

/** What went wrong, with a button to try it again. */
export function Failed(props: {
  failure: Parameters<typeof FailureBanner>[0]['failure'];
  again: () => void;
  label?: string;
  disabled?: boolean;
}) {
  return (
    <>
      <FailureBanner failure={props.failure} />
      <div class="buttons">
        <Button primary onClick={props.again} disabled={props.disabled ?? false}>
          {props.label ?? 'Try again'}
        </Button>
      </div>
    </>
  );
}

/** What a screen needs before it can show anything: on its way, failed, or there. */
export function WhenLoaded<T>(props: {
  loaded: Loaded<T>;
  again: () => void;
  /** What is being done meanwhile. */
  text: string;
  label?: string;
  children: (value: T) => ComponentChildren;
}) {
  const { loaded, again, text, label, children } = props;
  if (loaded.at === 'loading') return <Spinner text={text} />;
  if (loaded.at === 'failed') return <Failed failure={loaded.failure} again={again} label={label ?? 'Try again'} />;
  return <>{children(loaded.value)}</>;
}

/** The foot of a form: saves what was changed, or forgets it. */
export function SaveBar(props: {
  busy: boolean;
  changed: boolean;
  saved: boolean;
  /** Something must be put right first. */
  blocked: boolean;
  save: () => void;
  discard: () => void;
}) {
  const { busy, changed, saved, blocked, save, discard } = props;
  return (
    <div class="buttons sticky">
      <Button primary disabled={busy || !changed || blocked} onClick={save}>
        Save
      </Button>
      {changed && (
        <Button disabled={busy} onClick={discard}>
          Discard changes
        </Button>
      )}
      {saved && !changed && (
        <span class="saved" role="status">
          Saved
        </span>
      )}
    </div>
  );
}

/** A button that asks once more in place before it does something that cannot be taken back. */
export function Confirm(props: {
  label: string;
  question: string;
  yes: string;
  disabled?: boolean;
  onYes: () => void;
  /** What it says of it is no danger: the button that carries it out is an ordinary one. */
  mild?: boolean;
}) {
  const [asked, ask] = useState(false);
  if (!asked) {
    return (
      <Button onClick={() => ask(true)} disabled={props.disabled ?? false}>
        {props.label}
      </Button>
    );
  }
  return (
    <div class="confirm" role="group" aria-label={props.label}>
      <p>{props.question}</p>
      <div class="buttons">
        <Button
          danger={!props.mild}
          primary={props.mild ?? false}
          onClick={() => {
            ask(false);
            props.onYes();
          }}
          disabled={props.disabled ?? false}
        >
          {props.yes}
        </Button>
        <Button onClick={() => ask(false)}>Cancel</Button>
      </div>
    </div>
  );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** A list of sentences; nothing where there are none. */
export function Sentences({ tone, of }: { tone: Tone; of: readonly string[] }) {
  return (
    <>
      {of.map((sentence) => (
        <Banner key={sentence} tone={tone}>
          {sentence}
        </Banner>
      ))}
    </>
  );
}
