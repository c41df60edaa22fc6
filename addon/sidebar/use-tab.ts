import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Done, TabState } from '../src/rpc.ts';
import { call, CallError } from './call.ts';

/** How often an open sidebar looks again by itself, and how often it asks a running call how far it is. */
const LOOK_MS = 20_000;
const PROGRESS_MS = 1_500;

/** Looks in a row that may fail before a person is told that what they see may be old. */
const MISSED_LOOKS = 2;

/** Refusals that tell that the link is not what the sidebar shows: somebody else has decided meanwhile. */
const OUTDATED: readonly string[] = ['wrong_state', 'link_not_found', 'already_linked', 'not_allowed'];

export interface Failure {
  message: string;
  code: string;
  /** Where to allow what is missing, if that is the trouble. */
  consent: string | null;
}

export interface Tab {
  state: TabState | null;
  /** What is being done, in a person's words; null when nothing is. */
  busy: string | null;
  failure: Failure | null;
  /** Why what is shown could not be brought up to date for a while; null where it could. */
  outdated: Failure | null;
  /** What the last action had to say. */
  said: string | null;
  look: () => void;
  /** Does one thing at a time. Answers whether it worked; a failure is shown by the frame. */
  act: (busy: string, work: () => Promise<TabState | Done | null>) => Promise<boolean>;
  /** Stops and resumes looking by itself, for screens that a change of tab must not take away. */
  hold: (held: boolean) => void;
}

export function toFailure(error: unknown): Failure {
  return error instanceof CallError
    ? { message: error.message, code: error.code, consent: error.consent }
    : { message: 'Something went wrong in the sidebar. Close it and open it again.', code: 'sidebar', consent: null };
}

export function useTab(): Tab {
  const [state, setState] = useState<TabState | null>(null);
  const [busy, setBusy] = useState<string | null>('Loading…');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [outdated, setOutdated] = useState<Failure | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const looks = useRef(0);
  const looking = useRef(false);
  const missed = useRef(0);
  const shown = useRef<TabState | null>(null);
  const working = useRef(false);
  const held = useRef(false);

  const show = useCallback((next: TabState) => {
    shown.current = next;
    missed.current = 0;
    setOutdated(null);
    setState(next);
  }, []);

  const act = useCallback(
    async (what: string, work: () => Promise<TabState | Done | null>): Promise<boolean> => {
      if (working.current) return false;
      working.current = true;
      // A look that began before shows what was before.
      looks.current++;
      setBusy(what);
      setFailure(null);
      setSaid(null);
      const progress = setInterval(() => {
        call('progress').then(
          (text) => working.current && text && setBusy(text),
          () => undefined,
        );
      }, PROGRESS_MS);
      try {
        const result = await work();
        if (result) {
          show('said' in result ? result.state : result);
          if ('said' in result) setSaid(result.said);
        }
        return true;
      } catch (error) {
        const failure = toFailure(error);
        if (OUTDATED.includes(failure.code) && shown.current !== null) {
          await call('state', shown.current.tab.id).then(show, () => undefined);
        }
        setFailure(failure);
        return false;
      } finally {
        clearInterval(progress);
        working.current = false;
        setBusy(null);
      }
    },
    [show],
  );

  const look = useCallback(() => void act('Looking…', () => call('state')), [act]);

  useEffect(() => {
    void act('Loading…', () => call('state'));
    const timer = setInterval(() => {
      // One look at a time: a server that answers late would have each overtaken by the next.
      if (working.current || held.current || looking.current || document.hidden) return;
      const ticket = ++looks.current;
      looking.current = true;
      const wanted = () => ticket === looks.current && !working.current && !held.current;
      call('state')
        .then(
          (next) => wanted() && show(next),
          // Quietly: the next look may not fail.
          (error: unknown) => wanted() && ++missed.current >= MISSED_LOOKS && setOutdated(toFailure(error)),
        )
        .finally(() => (looking.current = false));
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [act, show]);

  const hold = useCallback((hold: boolean) => {
    held.current = hold;
    // What was said belongs to the screen before.
    if (hold) setSaid(null);
  }, []);

  return { state, busy, failure, outdated, said, look, act, hold };
}
