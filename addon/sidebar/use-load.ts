import { useCallback, useEffect, useState } from 'preact/hooks';
import { toFailure, type Failure } from './use-tab.ts';

/** Something a screen needs before it can show anything. */
export type Loaded<T> = { at: 'loading' } | { at: 'failed'; failure: Failure } | { at: 'there'; value: T };

/** Loads once, and again on `again`. `load` must not change between renders in what it asks for. */
export function useLoad<T>(load: () => Promise<T>): { loaded: Loaded<T>; again: () => void } {
  const [loaded, set] = useState<Loaded<T>>({ at: 'loading' });
  const again = useCallback(() => {
    set({ at: 'loading' });
    load().then(
      (value) => set({ at: 'there', value }),
      (error: unknown) => set({ at: 'failed', failure: toFailure(error) }),
    );
    // The caller's closure differs with every render; what it loads does not.
  }, []);
  useEffect(again, [again]);
  return { loaded, again };
}
