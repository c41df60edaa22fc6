import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RpcAnswer, TabState } from '../../addon/src/rpc.ts';
import type { Cell } from '../../shared/cell.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import type { LocalGoogle } from '../google/local-google.ts';
import type { SheetDocument } from '../google/script/documents.ts';
import type { ScriptInstall } from '../google/script/install.ts';
import { SheetError } from '../google/workbook/errors.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { AddonLab, PEOPLE } from './support/addon-lab.ts';
import type { ScriptedHub } from './support/scripted-hub.ts';

/** What a run meets: others at work, missing rights, triggers that are gone, a server that does not answer. */

let lab: AddonLab;
let google: LocalGoogle;
let hub: ScriptedHub;
let document: SheetDocument;
let tab: Tab;
let install: ScriptInstall;

beforeAll(async () => {
  lab = await AddonLab.build();
});
afterAll(() => lab.close());

beforeEach(async () => {
  await lab.renewGoogle();
  await lab.open(PEOPLE);
  ({ google, hub, document, tab, install } = lab);
});

const call: AddonLab['call'] = (name, ...args) => lab.call(name, ...args);
const linkAndStart = () => lab.link();

const update = (key: string, column: string, base: Cell, value: Cell): Offer => ({
  id: `o-${key}-${column}`,
  key,
  kind: 'update',
  cells: [{ column, base, value }],
});

const sync = () => call('syncNow', tab.id);

describe('several at once', () => {
  it('edits made while a run holds the lock are all pushed, by whoever holds it', async () => {
    await linkAndStart();
    const ann = google.person('ann@example.com');
    for (let round = 1; round <= 3; round++) {
      ann.type(tab, 'B2', `Ann ${round}`);
      ann.type(tab, 'B3', `Bob ${round}`);
      ann.type(tab, 'B4', `Cem ${round}`);
    }
    await google.idle();
    const last = new Map(hub.pushes.flatMap(({ rows }) => rows.map(({ key, cells }) => [key, cells['c2']])));
    expect(Object.fromEntries(last)).toEqual({ 1: 'Ann 3', 2: 'Bob 3', 3: 'Cem 3' });
    expect(install.failures).toEqual([]);
    // No hint is left lying for a later run.
    const left = Object.keys(install.project.documentProperties(document.id).all());
    expect(left.filter((key) => key.startsWith('tandem.edit.'))).toEqual([]);
  });

  it('“Sync now” during another run says so, and that run takes its work along', async () => {
    await linkAndStart();
    const both = await Promise.all([sync(), sync(), sync()]);
    expect(both.map(({ said }) => said).every((said) => /Nothing new|already running/.test(said))).toBe(true);
    await google.idle();
    expect(install.failures).toEqual([]);
  });
});

describe('a refusal at the very end', () => {
  it('is not told in place of what became of the run, and leaves the lock to the next', async () => {
    await linkAndStart();
    hub.offers = [update('1', 'c4', 1.5, 9)];
    let [acked, refused] = [false, 0];
    google.runtime.beforeHostCall = (_execution, method) => {
      acked ||= hub.acks.length > 0;
      if (/^CacheService\.(put|remove)/.test(method)) throw new SheetError('Service error: Cache');
      if (!acked || method !== 'SpreadsheetApp.flush' || refused++ > 0) return;
      throw new SheetError('The data you entered violates the data validation rules set on this cell.');
    };
    expect((await sync()).said).toBe('1 cell updated in the sheet.');
    expect([refused > 0, install.failures]).toEqual([true, []]);
    google.runtime.beforeHostCall = () => {};
    expect((await sync()).said).toBe('Nothing new on either side.');
  });
});

describe('rights and schedules', () => {
  it('a cell that this person may not edit is reported as protected, and its neighbour is written', async () => {
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    await linkAndStart();
    tab.protectedRanges.push({
      ...{ id: 1, description: '', warningOnly: false, editors: ['ann@example.com'], unprotected: [] },
      area: { top: 2, left: 4, bottom: 2, right: 4 },
    } as (typeof tab.protectedRanges)[number]);
    hub.offers = [update('1', 'c4', 1.5, 9), update('2', 'c4', 2, 9)];
    await sync();
    expect(hub.acks.at(-1)!.results.map(({ cells }) => cells['c4']!.outcome)).toEqual(['protected', 'applied']);
  });

  it('[R16] cells that this person may not edit are not even tried: a thousand refusals outlast a run', async () => {
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    await linkAndStart();
    const unprotected = [{ top: 3, bottom: 3, left: 4, right: 4 }];
    const guard = { warningOnly: false, editors: [], description: '' };
    tab.protectedRanges.push({ ...guard, id: 1, area: {}, unprotected });
    hub.offers = [update('1', 'c4', 1.5, 9), update('2', 'c4', 2, 9), update('3', 'c4', 3, 9)];
    let tried = 0;
    google.runtime.beforeHostCall = (_execution, method) => {
      if (method === 'Range.setValues') tried++;
    };
    await sync();
    const outcomes = hub.acks.at(-1)!.results.map(({ cells }) => cells['c4']!.outcome);
    expect(outcomes).toEqual(['protected', 'applied', 'protected']);
    expect(tried).toBe(1);
  });

  it('[R16] a row that this person may not delete is reported as protected, and its neighbours go', async () => {
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    await linkAndStart();
    const guard = { warningOnly: false, editors: [], unprotected: [] };
    // One a column that is not linked, one that only warns.
    tab.protectedRanges.push({ ...guard, id: 1, area: { top: 3, bottom: 3, left: 7, right: 7 } });
    tab.protectedRanges.push({ ...guard, id: 2, area: { left: 1, right: 1 }, warningOnly: true });
    hub.offers = PEOPLE.rows.slice(1).map(([id]): Offer => {
      const cells = [{ column: 'c1', base: id as number, value: null }];
      return { id: `o${String(id)}`, key: String(id), kind: 'delete', cells };
    });
    await sync();
    expect(hub.acks.at(-1)!.results.map(({ cells }) => cells['c1']!.outcome)).toEqual([
      'applied',
      'protected',
      'applied',
    ]);
    expect([2, 3].map((row) => tab.value(row, 1))).toEqual([2, null]);
  });

  it('[R16] new rows that this person may not add are reported, and everything else is written', async () => {
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    await linkAndStart();
    // All of column A: a new row would have a cell in it.
    const guard = { warningOnly: false, editors: [], unprotected: [] };
    tab.protectedRanges.push({ ...guard, id: 1, area: { left: 1, right: 1 } });
    const cells = PEOPLE.rows[0]!.map((_, index) => ({ column: `c${index + 1}`, base: null, value: 4 }));
    hub.offers = [update('1', 'c4', 1.5, 9), { id: 'new', key: '4', kind: 'insert', cells }];
    await sync();
    const results = lab.results();
    expect(results.get('o-1-c4')!['c4']!.outcome).toBe('applied');
    const told = Object.values(results.get('new')!);
    expect(told.map(({ outcome }) => outcome)).toEqual(Array(4).fill('protected'));
    expect(told[0]!.reason).toMatch(/may not add rows here/);
    expect([install.failures, tab.dataExtent().rows]).toEqual([[], 4]);
  });

  it('[R16] new rows are reported where the spreadsheet is shared to view since', async () => {
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    await linkAndStart();
    google.person('ann@example.com').share(document, bob, 'view');
    hub.offers = [{ id: 'new', key: '4', kind: 'insert', cells: [{ column: 'c1', base: null, value: 4 }] }];
    await sync();
    expect(lab.results().get('new')!['c1']).toMatchObject({ outcome: 'protected' });
    expect(install.failures).toEqual([]);
  });

  it('[R16] new rows that a spreadsheet has no room for are reported, and everything else is written', async () => {
    await linkAndStart();
    vi.spyOn(tab, 'insertRows').mockImplementation(() => {
      throw new SheetError(
        'This action would increase the number of cells in the workbook above the limit of 10000000 cells.',
      );
    });
    hub.offers = [
      update('1', 'c4', 1.5, 9),
      { id: 'new', key: '4', kind: 'insert', cells: [{ column: 'c1', base: null, value: 4 }] },
    ];
    await sync();
    const results = lab.results();
    expect(results.get('o-1-c4')!['c4']!.outcome).toBe('applied');
    expect(results.get('new')!['c1']).toMatchObject({
      outcome: 'invalid',
      reason: expect.stringContaining('10 million cells') as string,
    });
  });

  it('[R26] a row stays, and says so, where its archive tab may not be made or take it', async () => {
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    await linkAndStart();
    const archive = document.workbook.addTab({ title: `ARCHIVE of ${tab.title}` });
    archive.deleteRows(2, archive.rowCount - 1);
    const offer = { id: 'o1', key: '1', kind: 'delete', archive: '2026-11-21T12:00:01.123Z' } as const;
    hub.offers = [{ ...offer, cells: [{ column: 'c1', base: 1, value: null }] }, update('2', 'c4', 2, 9)];
    const closed = { id: 1, area: {}, warningOnly: false, editors: [], unprotected: [] };
    archive.protectedRanges.push(closed);
    await sync();
    expect(lab.results().get('o1')!['c1']).toMatchObject({ outcome: 'unkept' });
    expect([tab.value(2, 1), tab.value(3, 4), install.failures]).toEqual([1, 9, []]);
    archive.protectedRanges.pop();
    hub.sent.length = 0;
    hub.offers = [{ ...offer, cells: [{ column: 'c1', base: 1, value: null }] }];
    await sync();
    expect(lab.results().get('o1')!['c1']).toMatchObject({ outcome: 'applied' });
    const lines = [1, 2].map((row) => [1, 2, 3].map((column) => archive.value(row, column)));
    expect(lines).toEqual([
      ['Removed at', 'Key', 'id'],
      ['2026-11-21 12:00:01.123 UTC', '1', 1],
    ]);
  });

  it('[R14] a tab that takes no more marks on its columns syncs by their headers', async () => {
    await linkAndStart();
    const { workbook } = document;
    for (const { id } of tab.metadata) workbook.removeMetadata(id);
    const location = { type: 'SHEET', tabId: tab.id } as const;
    workbook.addMetadata({ key: 'other', value: 'x'.repeat(29_990), visibility: 'DOCUMENT', location });
    hub.offers = [update('1', 'c4', 1.5, 9)];
    await sync();
    expect([install.failures, tab.value(2, 4), tab.columnMetadata(1)]).toEqual([[], 9, []]);
  });

  it('the last rows go where more than the header is frozen', async () => {
    await linkAndStart();
    tab.frozenRows = 2;
    tab.deleteRows(5, tab.rowCount - 4);
    hub.offers = [2, 3].map((id): Offer => {
      return { id: `o${id}`, key: `${id}`, kind: 'delete', cells: [{ column: 'c1', base: id, value: null }] };
    });
    await sync();
    expect([...lab.results().values()].map((cells) => cells['c1']!.outcome)).toEqual(['applied', 'applied']);
    expect([install.failures, tab.dataExtent().rows]).toEqual([[], 2]);
  });

  it('[R17] a cell that this person may not edit goes without a note, and its neighbours have theirs', async () => {
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    await linkAndStart();
    const guard = { warningOnly: false, editors: [], unprotected: [] };
    tab.protectedRanges.push({ ...guard, id: 1, area: { top: 3, bottom: 3, left: 2, right: 2 } });
    hub.marks = ['1', '2', '3'].map((key) => ({ key, column: 'c2', message: `Tandem: Not ${key}.` }));
    await sync();
    expect([2, 3, 4].map((row) => tab.note(row, 2))).toEqual(['Tandem: Not 1.', '', 'Tandem: Not 3.']);
    // Accounted for, or it would come with every sync.
    expect(hub.acks.at(-1)!.marked.map(({ done }) => done)).toEqual([true, true, true]);
  });

  it('a published add-on gets the hourly schedule that Google allows, and says so', async () => {
    install = await lab.installFor({
      person: google.person('ann@example.com'),
      asAddon: true,
      authMode: 'NONE',
    });
    expect(install.failures).toEqual([]);
    expect(install.menus.flatMap(({ items }) => items.map(({ caption }) => caption))).toEqual([
      'Open Tandem',
      'Sync now',
    ]);
    await linkAndStart();
    expect(await call('state')).toMatchObject({ schedule: { everyMinutes: 60, health: 'running' } });
  });

  it('a trigger that is gone is seen by its owner, and repaired', async () => {
    await linkAndStart();
    const trigger = install.triggers.find(({ handler }) => handler === 'onSheetEdit')!;
    google.triggers.delete(trigger.uid);
    expect(await call('state')).toMatchObject({ schedule: { health: 'broken', ownedByMe: true } });
    const { state } = await call('repairTriggers', tab.id);
    expect(state).toMatchObject({ schedule: { health: 'running' } });
    expect(install.triggers).toHaveLength(3);
  });

  it('a missing consent is answered with where to give it', async () => {
    const carl = google.person('carl@example.com');
    google.person('ann@example.com').share(document, carl, 'edit');
    install = await lab.installFor({
      person: carl,
      granted: ['https://www.googleapis.com/auth/spreadsheets.currentonly'],
    });
    const answer = (await install.run('rpc', ['state', []])) as RpcAnswer<TabState>;
    expect(answer).toMatchObject({ ok: false, consent: expect.stringMatching(/^https:/) as string });
  });
});

describe('trouble', () => {
  it('[I15] in the middle of a long undo is told with what was taken back before it, and the sheet follows', async () => {
    await linkAndStart();
    const parts = [{ undone: 3, already: 0, refused: [], next: 7, left: 2 }];
    hub.routes['POST /v1/links/:id/undo'] = () => {
      const part = parts.shift();
      if (part !== undefined) return part;
      throw new TandemError('wrong_state', 'The sync is paused.');
    };
    const { said } = await call('undo', tab.id, { run: 'r' });
    expect(said).toBe(
      '3 changes taken back. 2 more were not tried yet: choose Undo again to go on. The sync is paused.',
    );
    expect(hub.sent.map(({ path }) => path)).toContain('/v1/sync');
    await expect(call('undo', tab.id, { run: 'r' })).rejects.toThrow('The sync is paused.');
  });

  it('an unreachable server is tried again, then told of in a sentence; nothing is written', async () => {
    await linkAndStart();
    hub.faults = ['unreachable', 'busy', 'html'];
    expect((await sync()).said).toBe('Nothing new on either side.');
    expect(hub.messages('/v1/sync')).toHaveLength(4);
    hub.faults = Array.from({ length: 9 }, () => 'unreachable' as const);
    const answer = (await install.run('rpc', ['state', []])) as RpcAnswer<TabState>;
    expect(answer).toMatchObject({ ok: false });
    expect(!answer.ok && answer.message).toMatch(/does not answer[^]*Nothing is lost/);
    expect(install.counters.cellWrites).toBe(0);
  });

  it('[R11] a document with no room for a note syncs without, and one with no room at all says so', async () => {
    await linkAndStart();
    const store = install.project.documentProperties(document.id);
    const used = () => Object.entries(store.all()).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    const fill = (left: number) => {
      for (let n = 0; used() < 500 * 1024 - left; n++) {
        store.set({ [`other.${n}`]: 'x'.repeat(Math.min(8000, 500 * 1024 - left - used() - `other.${n}`.length)) });
      }
    };
    fill(40);
    hub.offers = [update('1', 'c4', 1.5, 9), update('2', 'c4', 2, 9), update('3', 'c4', 3, 9)];
    await sync();
    expect([2, 3, 4].map((row) => tab.value(row, 4))).toEqual([9, 9, 9]);
    expect(install.failures).toEqual([]);
    hub.link!.epoch += 1e12;
    fill(0);
    expect((await sync()).said).toMatch(/no room left/);
  });

  it('a trigger is less patient than a person, for its minutes are counted', async () => {
    await linkAndStart();
    hub.faults = Array.from({ length: 20 }, () => 'unreachable' as const);
    await google.advance(60_000);
    expect(hub.messages('/v1/sync').length).toBeLessThanOrEqual(3);
    hub.faults = [];
    expect(await call('state')).toMatchObject({
      schedule: { last: { outcome: 'failed', message: expect.stringContaining('does not answer') as string } },
    });
    await google.advance(60_000);
    expect(await call('state')).toMatchObject({ schedule: { last: { outcome: 'done', message: null } } });
    expect(install.failures).toEqual([]);
  });

  it('an epoch that another run has moved means scanning again', async () => {
    await linkAndStart();
    hub.link!.epoch += 3;
    const before = install.counters.snapshot();
    expect((await sync()).said).toBe('Nothing new on either side.');
    expect(install.counters.since(before)).toMatchObject({ reads: 2 });
  });

  it('a copied spreadsheet never reaches the original’s table', async () => {
    await linkAndStart();
    const copy = await google.copySpreadsheet(document, google.person('ann@example.com'));
    const copied = google.installsIn(copy)[0]!;
    const answer = (await copied.run('rpc', ['state', []])) as RpcAnswer<TabState>;
    expect(answer).toMatchObject({ ok: true, value: { kind: 'copy' } });
    hub.sent.length = 0;
    await copied.clickMenu('Sync now');
    expect(hub.messages('/v1/sync')).toEqual([]);
    await copied.run('rpc', ['disconnectCopy', [tab.id]]);
    expect(copy.workbook.tabs[0]!.metadata).toEqual([]);
    expect(tab.columnMetadata(1)).toHaveLength(1);
  });

  it('a document that forgot its link says to whom the server shows none that they see none, not that it is a copy', async () => {
    await linkAndStart();
    install.project.documentProperties(document.id).clear();
    const bob = google.person('bob@example.com');
    google.person('ann@example.com').share(document, bob, 'edit');
    install = await lab.installFor({ person: bob });
    hub.routes['GET /v1/links'] = () => ({ links: [] });
    hub.routes['GET /v1/me'] = () => ({ email: 'bob@example.com', admin: false });
    hub.sent.length = 0;
    const orphaned = { kind: 'orphaned', email: 'bob@example.com', known: false };
    expect(await call('state')).toMatchObject({ ...orphaned, mayForget: false });
    // Nothing was asked about that link: what he is told stands in the spreadsheet.
    expect(hub.sent.map(({ path }) => path)).toEqual(['/v1/links', '/v1/me']);
    // A copy of it is a copy to everybody: of the spreadsheet, and of the tab alone where its marks come along.
    const copy = await google.copySpreadsheet(document, bob);
    const copied = (await google.installsIn(copy)[0]!.run('rpc', ['state', []])) as RpcAnswer<TabState>;
    expect(copied).toMatchObject({ ok: true, value: { kind: 'copy' } });
    const twin = document.workbook.duplicateTab(tab);
    expect(await call('state', twin.id)).toMatchObject({ kind: 'unlinked' });
    for (const { key, value, visibility, location } of tab.metadata) {
      const there = { ...location, tabId: twin.id } as typeof location;
      document.workbook.addMetadata({ key, value: value!, visibility, location: there });
    }
    expect(await call('state', twin.id)).toMatchObject({ kind: 'copy' });
    // An admin may start over; whoever is shown the link has it back, with its marks.
    hub.routes['GET /v1/me'] = () => ({ email: 'bob@example.com', admin: true });
    expect(await call('state', tab.id)).toMatchObject({ ...orphaned, mayForget: true });
    expect(await call('forget', tab.id)).toMatchObject({ state: { kind: 'unlinked' } });
    delete hub.routes['GET /v1/links'];
    expect(await call('state', tab.id)).toMatchObject({ kind: 'linked' });
    // Remembered here and hidden there, it is an admin's to forget: with it syncing ends for everybody.
    hub.routes['GET /v1/links/:id/status'] = () => {
      throw new TandemError('link_not_found', 'This link is not there any more.');
    };
    for (const admin of [true, false]) {
      hub.routes['GET /v1/me'] = () => ({ email: 'bob@example.com', admin });
      expect(await call('state', tab.id)).toMatchObject({ kind: 'orphaned', known: true, mayForget: admin });
    }
    expect(tab.metadata.map(({ key, value }) => [key, value])).toEqual([['tandem.tab', `${document.id}/${tab.id}`]]);
  });
});
