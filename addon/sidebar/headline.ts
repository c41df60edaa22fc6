import type { TabState } from '../src/rpc.ts';
import { kindTitle } from './problem-words.ts';
import { ago, count } from './text.ts';

type Linked = Extract<TabState, { kind: 'linked' }>;

export interface Headline {
  tone: 'good' | 'waiting' | 'attention' | 'off';
  title: string;
  /** A sentence more, or null. */
  detail: string | null;
}

/** New rows that are perhaps still being typed: nobody has to decide anything, but they are not in the table. */
export function unfinishedRows({ problems }: Linked): number {
  return problems.filter(({ code }) => code === 'incomplete' || code === 'waiting').length;
}

/**
 * How long what the last sync saw passes for what is: runs come every minute, and edits are sent at once. Where runs are
 * put off, come hourly or not at all, nobody knows of what was typed since.
 */
const FRESH_MS = 5 * 60_000;

/** When both sides were last compared, as people say it, where that is too long ago to be told as what is so now. */
function lookedAt({ lastSync }: Linked, now: number): string | null {
  return lastSync === null || now - Date.parse(lastSync) < FRESH_MS ? null : ago(lastSync, now);
}

function theRest(then: string | null): string {
  return then === null ? 'Everything else is in step.' : `Everything else was in step ${then}.`;
}

function inStep(then: string | null, detail: string): Headline {
  if (then === null) return { tone: 'good', title: 'In step', detail };
  return {
    tone: 'waiting',
    title: `In step as of ${then}`,
    detail: 'What was changed since then waits for the next sync.',
  };
}

/** What is not synced though nobody is asked anything; the notices below say which, and what to do. */
function leftApart(codes: readonly string[], rest: string): Pick<Headline, 'title' | 'detail'> | null {
  if (codes.includes('duplicate_keys') || codes.includes('rows_without_key')) {
    const detail = `Their keys repeat or are missing. ${rest}`;
    return { title: 'Some rows are not synced', detail };
  }
  if (!codes.includes('column_suspended')) return null;
  const some = codes.filter((code) => code === 'column_suspended').length > 1;
  return {
    title: some ? 'Some columns are not synced' : 'A column is not synced',
    detail: rest,
  };
}

/** A tab that takes the place of its table's contents. */
function replacing({ rejected, notices, replaced }: Linked, then: string | null): Headline {
  if (rejected > 0 || notices.some(({ code }) => code === 'replace_shrunk' || code === 'column_suspended')) {
    const detail = 'The table keeps what it has until this is put right.';
    return { tone: 'attention', title: 'Not replaced', detail };
  }
  if (!replaced) return { tone: 'waiting', title: 'Not synced yet', detail: null };
  return inStep(then, 'The table holds what this tab held at the last sync.');
}

/** The link at a glance, at an instant. What needs a person comes before what only needs time. */
export function headline(state: Linked, now: number): Headline {
  const then = lookedAt(state, now);
  const { link, pending, rejected, held, conflicts, missing, removed, renamed, notices } = state;
  if (link.state === 'paused') {
    const why = notices.find(({ code }) => code === 'paused')?.message;
    return { tone: 'off', title: 'Paused', detail: why ?? 'Nothing is sent or changed until you resume.' };
  }
  if (link.replaces) return replacing(state, then);
  if (missing > 0) {
    return {
      tone: 'attention',
      title: `${count(missing, 'row')} missing`,
      detail: 'Bring them back, or delete them in the table too?',
    };
  }
  if (removed > 0) {
    return {
      tone: 'attention',
      title: `${count(removed, 'row')} deleted in the table`,
      detail: 'So many at once are not deleted here before somebody has agreed.',
    };
  }
  if (conflicts > 0) {
    return {
      tone: 'attention',
      title: `${count(conflicts, 'row')} changed on both sides`,
      detail: 'Say which value stays. Until then neither is overwritten.',
    };
  }
  if (renamed > 0) {
    return {
      tone: 'attention',
      title: `${count(renamed, 'key')} changed`,
      detail: 'Is it the same row under a new key, or a new row?',
    };
  }
  if (rejected > 0) {
    return {
      tone: 'attention',
      title: `${count(rejected, 'row')} not accepted`,
      detail: `The database refused a value. ${theRest(then)}`,
    };
  }
  if (held > 0) {
    return {
      tone: 'attention',
      title: `${count(held, 'row')} held`,
      detail: 'Nothing is overwritten until somebody decides.',
    };
  }
  if (notices.some(({ code }) => code === 'first_sync_running')) {
    return { tone: 'waiting', title: 'First sync running', detail: 'It goes on by itself until it is done.' };
  }
  if (pending > 0) {
    return {
      tone: 'waiting',
      title: `${count(pending, 'change')} on the way`,
      detail: 'They reach the sheet with the next sync.',
    };
  }
  if (state.lastSync === null) return { tone: 'waiting', title: 'Not synced yet', detail: null };
  const unfinished = unfinishedRows(state);
  if (unfinished > 0) {
    return {
      tone: 'waiting',
      title: kindTitle('unfinished', unfinished),
      detail: `Not yet in the table. ${theRest(then)}`,
    };
  }
  const apart = leftApart(
    notices.map(({ code }) => code),
    theRest(then),
  );
  if (apart !== null) return { tone: 'attention', ...apart };
  return inStep(then, 'Both sides have each other’s latest changes.');
}
