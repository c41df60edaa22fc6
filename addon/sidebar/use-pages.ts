import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from './use-tab.ts';

/** A list that comes page by page. */
export interface Pages<Item, Page> {
  items: Item[];
  /** The first page as it came, with what it says of the whole; null until it is there. */
  first: Page | null;
  loading: boolean;
  failure: Failure | null;
  /** Asks for the next page; null where there is none. */
  more: (() => void) | null;
  /** Starts from the first page again. What is shown stays until it is there. */
  again: () => void;
}

/**
 * Loads the first page at once, and again whenever `which` changes. An answer to what is no longer asked for is left
 * aside.
 */
export function usePages<Item, Cursor, Page extends { next: Cursor | null }>(
  which: string,
  load: (cursor: Cursor | null) => Promise<Page>,
  itemsOf: (page: Page) => Item[],
): Pages<Item, Page> {
  const [pages, setPages] = useState<Page[]>([]);
  const [loading, setLoading] = useState(true);
  const [failure, setFailure] = useState<Failure | null>(null);
  const asked = useRef(0);
  const loader = useRef(load);
  loader.current = load;

  const ask = useCallback((cursor: Cursor | null, before: Page[]) => {
    const ticket = ++asked.current;
    setLoading(true);
    setFailure(null);
    loader.current(cursor).then(
      (page) => {
        if (ticket !== asked.current) return;
        setPages([...before, page]);
        setLoading(false);
      },
      (error: unknown) => {
        if (ticket !== asked.current) return;
        setFailure(toFailure(error));
        setLoading(false);
      },
    );
  }, []);

  const again = useCallback(() => ask(null, []), [ask]);
  useEffect(() => {
    setPages([]);
    again();
    return () => void asked.current++;
  }, [which, again]);

  const next = pages.at(-1)?.next ?? null;
  return {
    items: pages.flatMap(itemsOf),
    first: pages[0] ?? null,
    loading,
    failure,
    more: next === null || loading ? null : () => ask(next, pages),
    again,
  };
}
