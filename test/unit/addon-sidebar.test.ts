import { describe, expect, it } from 'vitest';
import { choiceProblems, choiceRemarks, matchColumns, normalName } from '../../addon/sidebar/match-columns.ts';
import { headline } from '../../addon/sidebar/headline.ts';
import { ago, count, every, shortCell } from '../../addon/sidebar/text.ts';
import { showKey } from '../../shared/row-key.ts';
import { summarise, worst } from '../../addon/src/summary.ts';
import { scenes } from '../e2e/sidebar/states.ts';
import type { TabState } from '../../addon/src/rpc.ts';

const column = (name: string, more: object = {}) => ({
  name,
  type: 'text',
  kind: 'text' as const,
  nullable: true,
  hasDefault: false,
  generated: false,
  primaryKey: false,
  comment: null,
  ...more,
});

describe('matching columns', () => {
  it('ties names that people write differently for the same thing', () => {
    expect(normalName('GICS Sub-Industry')).toBe(normalName('gics_sub_industry'));
    expect(normalName('Café')).toBe('cafe');
    const choices = matchColumns(
      [column('gics_sector'), column('col_2024'), column('other')],
      ['2024', ' GICS Sector', 'x'],
    );
    expect(choices.map(({ header }) => header)).toEqual([' GICS Sector', '2024', null]);
  });

  it('uses each header once, and never ties a column to a header of symbols alone', () => {
    const choices = matchColumns([column('a_b'), column('ab'), column('_')], ['A B', '#']);
    expect(choices.map(({ header }) => header)).toEqual(['A B', null, null]);
  });

  it('lets a computed column only travel to the sheet', () => {
    expect(matchColumns([column('sum', { generated: true })], ['Sum'])[0]!.direction).toBe('toSheet');
  });

  it('cannot go on without the key, or with one header chosen twice', () => {
    const choices = matchColumns([column('id', { primaryKey: true, nullable: false }), column('name')], ['Name']);
    expect(choiceProblems(choices)).toEqual([expect.stringContaining('“id”')]);
    choices[0]!.header = 'Name';
    expect(choiceProblems(choices)).toEqual([expect.stringContaining('chosen for both “id” and “name”')]);
    choices[1]!.header = null;
    expect(choiceProblems(choices)).toEqual([]);
  });

  it('tells of required columns that are left out, and of headers that are left alone', () => {
    const choices = matchColumns(
      [column('a', { nullable: false }), column('b', { nullable: false, hasDefault: true })],
      ['x', 'y'],
    );
    expect(choiceRemarks(choices, ['x', 'y', ''])).toEqual([
      expect.stringContaining('requires “a”'),
      expect.stringContaining('“x”, “y”'),
    ]);
  });
});

describe('the headline', () => {
  const linked = scenes.find(({ name }) => name === 'in-step')!.api.state as Extract<TabState, { kind: 'linked' }>;
  const seen = Date.parse(linked.lastSync!);
  const at = (state: typeof linked, minutes = 0.4) => headline(state, seen + minutes * 60_000);

  it('says what needs a person before what only needs time', () => {
    expect(at(linked)).toMatchObject({ tone: 'good', title: 'In step' });
    expect(at({ ...linked, pending: 3 })).toMatchObject({ tone: 'waiting', title: '3 changes on the way' });
    expect(at({ ...linked, pending: 3, held: 1 }).title).toBe('1 row held');
    expect(at({ ...linked, pending: 3, held: 1, rejected: 2 }).title).toBe('2 rows not accepted');
    expect(at({ ...linked, pending: 3, held: 1, rejected: 2, missing: 12 }).title).toBe('12 rows missing');
  });

  it('does not say that all is in step while a new row is not in the table', () => {
    const row = { key: '9', status: 'held', code: 'incomplete', header: 'Name', cell: 'B9', message: 'Fill in Name.' };
    expect(at({ ...linked, problems: [row] })).toMatchObject({
      tone: 'waiting',
      title: '1 new row not complete yet',
    });
    expect(at({ ...linked, problems: [row], rejected: 1 }).title).toBe('1 row not accepted');
  });

  it('does not say that all is in step where rows or columns are left alone', () => {
    const titles = (['duplicate_keys', 'rows_without_key', 'column_suspended'] as const).map((code) => {
      const { tone, title } = at({ ...linked, notices: [{ code, message: 'x' }] });
      return `${tone}: ${title}`;
    });
    expect(titles).toEqual([
      'attention: Some rows are not synced',
      'attention: Some rows are not synced',
      'attention: A column is not synced',
    ]);
  });

  it('never says “in step” of a link that is paused, not synced yet or in its first sync', () => {
    expect(at({ ...linked, link: { ...linked.link, state: 'paused' } }).title).toBe('Paused');
    expect(at({ ...linked, lastSync: null }).title).toBe('Not synced yet');
    const running = [{ code: 'first_sync_running' as const, message: '' }];
    expect(at({ ...linked, notices: running }).title).toBe('First sync running');
  });

  it('says “in step” of the time when both sides were last compared, where that is a while ago', () => {
    expect(at(linked, 4.9)).toMatchObject({ tone: 'good', title: 'In step' });
    const old = { tone: 'waiting', title: 'In step as of 31 minutes ago' };
    expect(at(linked, 31)).toMatchObject({ ...old, detail: 'What was changed since then waits for the next sync.' });
    const replaces = { ...linked, link: { ...linked.link, replaces: true }, replaced: { at: '2020-01-01', rows: 3 } };
    expect(at(replaces)).toMatchObject({ tone: 'good', title: 'In step' });
    expect(at(replaces, 31)).toMatchObject(old);
    const row = { key: '9', status: 'held', code: 'incomplete', header: 'Name', cell: 'B9', message: 'Fill in Name.' };
    const others = [
      { rejected: 1 },
      { problems: [row] },
      { notices: [{ code: 'duplicate_keys' as const, message: 'x' }] },
      { notices: [{ code: 'column_suspended' as const, message: 'x' }] },
    ];
    for (const more of others) {
      expect(at({ ...linked, ...more }).detail).toMatch(/Everything else is in step\.$/);
      expect(at({ ...linked, ...more }, 90).detail).toMatch(/Everything else was in step 2 hours ago\.$/);
    }
  });
});

describe('what a run says', () => {
  const report = { outcome: 'done' as const, pushed: 0, cellsWritten: 0, refused: [], notices: [] };

  it('counts what moved, and names what was not accepted', () => {
    expect(summarise(report)).toBe('Nothing new on either side.');
    expect(summarise({ ...report, pushed: 1, cellsWritten: 200 })).toBe(
      '1 row sent to the table, 200 cells updated in the sheet.',
    );
    expect(summarise({ ...report, pushed: 2, refused: [{ key: 'a', result: 'rejected' }] })).toMatch(
      /1 row not accepted/,
    );
    expect(summarise(null)).toMatch(/already running/);
  });

  it('a failure among several tabs is what counts', () => {
    const failed = { ...report, outcome: 'failed' as const, message: 'No answer.' };
    expect(worst([report, failed])).toMatchObject({ outcome: 'failed', message: 'No answer.' });
    expect(worst([])).toEqual({ outcome: 'done' });
  });
});

describe('words', () => {
  it('counts, times and shortens', () => {
    expect([count(1, 'row'), count(1204, 'row')]).toEqual(['1 row', '1,204 rows']);
    const now = Date.parse('2026-01-01T12:00:00Z');
    const at = (seconds: number): string => ago(new Date(now - seconds * 1000).toISOString(), now);
    expect([at(-5), at(30), at(60), at(7200), at(3 * 86_400)]).toEqual([
      'just now',
      '30 seconds ago',
      '1 minute ago',
      '2 hours ago',
      '3 days ago',
    ]);
    expect([every(1), every(60), every(5)]).toEqual(['every minute', 'every hour', 'every 5 minutes']);
    expect(shortCell('x'.repeat(50))).toHaveLength(40);
    // Not through the middle of a character.
    expect(shortCell('🍐'.repeat(5), 6)).toBe('🍐🍐…');
    expect([showKey('AAPL'), showKey('["a","b"]'), showKey('["broken')]).toEqual(['AAPL', 'a · b', '["broken']);
  });
});
