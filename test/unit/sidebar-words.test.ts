import { describe, expect, it } from 'vitest';
import { causeSentence, entryTitle, groupRuns, rowLine, undoLabel } from '../../addon/sidebar/history-words.ts';
import { choiceFor, kindTitle, KINDS, reasonsOf } from '../../addon/sidebar/problem-words.ts';
import { changesOf, formOf, formProblems, membersOf } from '../../addon/sidebar/settings-form.ts';
import { when } from '../../addon/sidebar/text.ts';
import {
  tellDecided,
  tellMissing,
  tellRemoved,
  tellRenamed,
  tellRestored,
  tellRetried,
  tellUndone as tell,
  together,
} from '../../addon/src/summary.ts';
import { problemKinds } from '../../shared/protocol/problems.ts';
import { attention, history, settings } from '../e2e/sidebar/link-states.ts';

describe('when something was', () => {
  const now = Date.parse('2026-03-29T10:00:00Z');

  it('is said on the clock of the spreadsheet, whatever the browser’s is', () => {
    expect(when('2026-03-29T00:30:00Z', 'Europe/Berlin', now)).toBe('01:30');
    // The hour that the clocks of Berlin skip.
    expect(when('2026-03-29T01:30:00Z', 'Europe/Berlin', now)).toBe('03:30');
    expect(when('2026-03-28T22:30:00Z', 'Europe/Berlin', now)).toBe('yesterday, 23:30');
    expect(when('2026-03-28T22:30:00Z', 'Asia/Tokyo', now)).toBe('07:30');
    expect(when('2025-12-31T23:30:00Z', 'Europe/Berlin', now)).toBe('1 Jan, 00:30');
    expect(when('2024-02-29T12:00:00Z', 'America/New_York', now)).toBe('29 Feb 2024, 07:00');
  });

  it('is still said where the browser does not know the zone', () => {
    expect(when('2026-03-29T09:30:00Z', 'Mars/Olympus', now)).toMatch(/^\d\d:\d\d$|, \d\d:\d\d$/);
  });
});

describe('what needs a person', () => {
  it('[I11] has a title for every kind, and an order that leaves none out', () => {
    expect([...KINDS].sort()).toEqual([...problemKinds].sort());
    for (const kind of KINDS) expect(kindTitle(kind, 2)).toMatch(/^2 .+/);
    expect(kindTitle('missing', 1)).toBe('1 row missing from the sheet');
  });

  it('is given the buttons that settle it', () => {
    expect(attention.problems.map((row) => [row.key, choiceFor(row)])).toEqual([
      ['GOOGL', 'keep'],
      ['AAPL', 'retry'],
      ['MMM', 'missing'],
      ['FB', 'missing'],
      ['META', 'rename'],
      ['BRK.B', 'putBack'],
    ]);
    expect(choiceFor({ kind: 'held', code: 'locked' })).toBe('none');
    expect(choiceFor({ kind: 'held', code: 'misplaced' })).toBe('retry');
    expect(choiceFor({ kind: 'unfinished', code: 'incomplete' })).toBe('none');
  });

  it('is told once: a cell’s reason does not repeat the row’s, and a conflict shows its values instead', () => {
    const [conflict, refused] = attention.problems;
    expect(reasonsOf(conflict!)).toEqual([]);
    expect(reasonsOf(refused!).map(({ cell }) => cell)).toEqual(['H40']);
    const cell = { column: 'c8', header: 'Founded', code: 'refused', sheet: 3, cell: 'H40' };
    const told = reasonsOf({
      ...refused!,
      cells: [
        { ...cell, message: refused!.message },
        { ...cell, column: 'c3', cell: 'C40', message: 'Another reason.' },
      ],
    });
    expect(told.map((reason) => [reason.cell, reason.message])).toEqual([
      ['H40', refused!.message],
      ['C40', 'Another reason.'],
    ]);
  });
});

describe('the history', () => {
  it('puts together what one run did, and only where it stands together', () => {
    const [a, b] = history.entries;
    expect(groupRuns(history.entries).map(({ run, entries }) => [run, entries.length])).toEqual([
      ['run-9', 3],
      ['run-8', 1],
      ['undo-1', 1],
      ['missing-1', 1],
      ['run-5', 1],
    ]);
    expect(
      groupRuns([
        { ...a!, run: null },
        { ...b!, run: null },
      ]),
    ).toHaveLength(2);
  });

  it('[I15] offers to take back what can be, in the words of what it is, and nothing twice', () => {
    const label = (more: object) => undoLabel({ ...history.entries[0]!, ...more });
    expect(label({})).toBe('Undo');
    expect(label({ op: 'insert', column: null })).toBe('Undo');
    expect(label({ op: 'delete', column: null })).toBe('Restore the row');
    expect(label({ op: 'lost' })).toBe('Restore');
    expect([label({ op: 'lost', column: null }), label({ op: 'held' }), label({ undone: true })]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('says what and why in words', () => {
    const [update, , insert, lost, undone] = history.entries;
    expect(entryTitle(lost!)).toBe('The sheet’s value gave way');
    expect(causeSentence(update!)).toBe('Edited in the sheet.');
    expect(causeSentence(undone!)).toBe('Taken back by a person.');
    expect(rowLine(insert!.after, history.headers)).toBe('ZTS · Zoetis · Health Care · 1952');
    expect(rowLine(insert!.after, history.headers, 2)).toBe('ZTS · Zoetis · …');
    expect(rowLine(null, history.headers)).toBe('');
  });

  it('[I15] tells how an undo went, with the first reason where something was left', () => {
    const none = { undone: 0, already: 0, refused: [], next: null, left: 0 };
    expect(tell(none)).toBe('There was nothing to take back.');
    expect(tell({ ...none, undone: 3 })).toBe('3 changes taken back.');
    expect(tell({ ...none, undone: 3, left: 1 })).toBe(
      '3 changes taken back. 1 more was not tried yet: choose Undo again to go on.',
    );
    const refused = [{ entry: 1, key: 'AAPL', column: 'Founded', reason: 'Founded was changed again since.' }];
    const composite = [{ entry: 1, key: '["Köln","7"]', column: 'Note', reason: 'It was changed since.' }];
    expect(tell({ ...none, refused: composite })).toBe('One is left as it is: Köln · 7, Note: It was changed since.');
    expect(tell({ ...none, undone: 1, already: 1, refused })).toBe(
      '1 change taken back. One was so already. One is left as it is: AAPL, Founded: Founded was changed again since.',
    );
  });
});

describe('what a person’s word came to', () => {
  it('is told where it is not what was asked for', () => {
    expect(tellMissing({ deleted: 2, restored: 1 })).toBe(
      '2 rows deleted from the table. 1 row changed in the table meanwhile and kept.',
    );
    expect(tellMissing({ deleted: 0, restored: 3 })).toBe('3 rows come back to the sheet.');
    expect(tellRenamed({ done: 1, refused: [{ key: 'P2', reason: 'The table refuses it.' }] }, 'rename')).toBe(
      '1 row renamed in the table. One is left as it is: P2: The table refuses it.',
    );
    expect(tellRenamed({ done: 2, refused: [] }, 'undo')).toBe('2 old keys come back.');
    expect(tellRenamed({ done: 2, refused: [] }, 'separate')).toBe('2 rows taken as new.');
    expect(tellDecided({ cells: 2 }, 'sheet')).toBe('2 values decided: the sheet’s stay.');
    expect(tellRemoved({ rows: 12 }, 'remove')).toBe('12 rows go from the sheet.');
    expect(tellRemoved({ rows: 1 }, 'restore')).toBe('1 row goes back into the table.');
    expect(tellRetried({ rows: 3 }, 1)).toBe('3 rows tried again. 1 row still not accepted.');
    expect(tellRestored({ undone: 1, already: 0, refused: [], next: null, left: 2 })).toBe(
      '1 row put back into the table. 2 rows were not tried yet: choose Restore again to go on.',
    );
  });

  it('is told where somebody else has decided before, and not contradicted by a sync that found nothing new', () => {
    const told = [
      tellMissing({ deleted: 0, restored: 0 }),
      tellRenamed({ done: 0, refused: [] }, 'rename'),
      tellDecided({ cells: 0 }, 'table'),
      tellRemoved({ rows: 0 }, 'remove'),
      tellRetried({ rows: 0 }, 2),
    ];
    for (const sentence of told) expect(sentence).toMatch(/Nothing was left to decide.*look again/);
    expect(together(['2 rows tried again.', 'Nothing new on either side.'])).toBe('2 rows tried again.');
    expect(together(['', 'Nothing new on either side.'])).toBe('Nothing new on either side.');
  });
});

describe('the settings', () => {
  it('saves only what a person changed', () => {
    const form = formOf(settings);
    expect(changesOf(form, settings)).toEqual({});
    expect(
      changesOf({ ...form, policy: 'ask', columns: { ...form.columns, c2: null, c8: 'sheet' } }, settings),
    ).toEqual({
      policy: 'ask',
      columns: { c2: null, c8: 'sheet' },
    });
    expect(changesOf({ ...form, empty: { c2: 'null', c3: null } }, settings)).toEqual({
      empty: { c2: 'null', c3: null },
    });
    expect(changesOf({ ...form, members: ' bob@example.com, cy@example.com;bob@example.com ' }, settings)).toEqual({
      members: ['bob@example.com', 'cy@example.com'],
    });
    expect(membersOf(' \n')).toEqual([]);
  });

  it('asks for the column before rows are marked as deleted, and forgets it in the other modes', () => {
    const form = { ...formOf(settings), missingMode: 'soft' as const };
    expect(formProblems(form)).toEqual([expect.stringContaining('Choose the column')]);
    const chosen = { ...form, softDeleteColumn: 'deleted_at' };
    expect(formProblems(chosen)).toEqual([]);
    expect(changesOf(chosen, settings)).toEqual({ missingMode: 'soft', softDeleteColumn: 'deleted_at' });
    expect(changesOf({ ...chosen, missingMode: 'confirm' }, settings)).toEqual({});
  });
});
