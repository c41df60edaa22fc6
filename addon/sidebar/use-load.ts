import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from './use-tab.ts';

/** Something a screen needs before it can show anything. */
export type Loaded<T> = { at: 'loading' } | { at: 'failed'; failure: Failure } | { at: 'there'; value: T };

interface Load<T> {
  loaded: Loaded<T>;
  again: () => void;
  /** Loads again, while what is there stays, and with it what is being chosen in it. */
  renew: () => void;
  renewing: boolean;
}

/** Loads once, and again on `again` and `renew`. `load` must not change between renders in what it asks for. */
export function useLoad<T>(load: () => Promise<T>): Load<T> {
  const [loaded, set] = useState<Loaded<T>>({ at: 'loading' });
  const [renewing, setRenewing] = useState(false);
  const asked = useRef(0);
  const start = useCallback(() => {
    const ticket = ++asked.current;
    const settle = (outcome: Loaded<T>): void => {
      if (ticket !== asked.current) return;
      set(outcome);
      setRenewing(false);
    };
    load().then(
      (value) => settle({ at: 'there', value }),
      (error: unknown) => settle({ at: 'failed', failure: toFailure(error) }),
    );
    // The caller's closure differs with every render; what it loads does not.
  }, []);
  const again = useCallback(() => {
    set({ at: 'loading' });
    start();
  }, [start]);
  const renew = useCallback(() => {
    setRenewing(true);
    start();
  }, [start]);
  useEffect(again, [again]);
  return { loaded, again, renew, renewing };
}
