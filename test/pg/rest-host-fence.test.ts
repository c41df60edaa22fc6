import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCycle, type CycleReport } from '../../shared/cycle/cycle.ts';
import type { Effect, EffectName, Memo, SendResult, Step } from '../../shared/cycle/effects.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import { readTab } from '../../api/sheets/read-tab.ts';
import { deleteRows, insertRows } from '../../api/sheets/rows.ts';
import { putBack, writeBlocks } from '../../api/sheets/write-blocks.ts';
import type { RestTab } from '../../api/sheets/tab.ts';
import { ackOffers } from '../../api/sync/ack.ts';
import { LEASE_MS } from '../../api/sync/lease.ts';
import { pushRows } from '../../api/sync/push.ts';
import { syncLink } from '../../api/sync/sync.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startRestSheet, type RestSheet } from './rest-host-sheet.ts';

/**
 * A host as the add-on is one: its epoch and note on the sheet's side, the document lock its own affair. Stops before
 * any effect, so that another host can come in between.
 */
class ScriptHost {
  memo: Memo = { epoch: 0, note: null };
  private cycle: Step<CycleReport> | null = null;
  private next: IteratorResult<Effect, CycleReport> | null = null;
  private runs = 0;
  readonly errors: string[] = [];
  private readonly tab: RestTab;

  constructor(
    private readonly test: TestApp,
    private readonly sheet: RestSheet,
  ) {
    const { api, workbook, tab } = sheet;
    this.tab = {
      api,
      spreadsheetId: workbook.id,
      sheetId: tab.id,
      gridRows: tab.rowCount,
      wait: async () => {},
      mayWrite: () => {},
      mayMend: () => {},
    };
  }

  /** Begins a run, or goes on with it, up to the effect (or message) of this name; without one, to the end. */
  async runTo(name?: EffectName | 'sync' | 'push' | 'ack'): Promise<CycleReport | null> {
    if (!this.cycle) {
      const { id, spreadsheet, mapping } = this.sheet.link;
      const run = `script-${++this.runs}`;
      this.cycle = runCycle({ link: { id, spreadsheet }, mapping, run, mode: { kind: 'full' } });
      this.next = this.cycle.next();
    }
    while (!this.next!.done) {
      const effect: Effect = this.next!.value;
      if (name !== undefined && (effect.do === name || (effect.do === 'send' && effect.name === name))) return null;
      this.next = this.cycle.next(await this.perform(effect));
    }
    this.cycle = null;
    return this.next!.value;
  }

  private async perform(effect: Effect): Promise<unknown> {
    switch (effect.do) {
      case 'elapsed':
        return 0;
      case 'recall':
        return this.memo;
      case 'remember':
        this.memo = effect.memo;
        return;
      case 'readSheet':
        return readTab(this.tab, effect.computed);
      case 'writeBlocks':
        return writeBlocks(this.tab, effect.blocks, effect.columns);
      case 'putBack':
        return putBack(this.tab, effect.cells, effect.columns);
      case 'insertRows':
        return insertRows(this.tab, effect.after, effect.count);
      case 'deleteRows':
        return deleteRows(this.tab, effect.rows);
      case 'send':
        return this.send(effect.name, effect.message as never);
      default:
        return [];
    }
  }

  private async send(name: string, input: never): Promise<SendResult<'sync' | 'push' | 'ack'>> {
    const ctx = this.test.context();
    try {
      if (name === 'sync') return { ok: true, reply: await syncLink({ ctx, input }) };
      if (name === 'push') return { ok: true, reply: await pushRows({ ctx, input }) };
      return { ok: true, reply: await ackOffers({ ctx, input }) };
    } catch (error) {
      if (!(error instanceof TandemError)) throw error;
      this.errors.push(error.code);
      return { ok: false, error: error.toBody().error };
    }
  }
}

let test: TestApp;
let sheet: RestSheet;
let script: ScriptHost;
const sql = () => test.database.sql;
const name = async () => (await sql()`SELECT name FROM item WHERE id = 1`)[0]!['name'];
const shown = () => sheet.tab.value(2, 2);
const typed = (text: string) => sheet.tab.setInput(2, 2, text, { mode: 'user' });
const update = (text: string) => sql()`UPDATE item SET name = ${text} WHERE id = 1`;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`CREATE TABLE item (id integer PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'start')`);
  sheet = await startRestSheet(test, 'item', [
    ['id', 'name'],
    [1, 'start'],
  ]);
  script = new ScriptHost(test, sheet);
});
afterEach(async () => {
  await sheet.close();
  await test.close();
});

describe('a script and the REST host on one tab', () => {
  it('[I5] takes turns: the other meets one 409 and scans again', async () => {
    typed('by script');
    expect(await script.runTo()).toMatchObject({ outcome: 'done', pushed: 1 });
    expect(script.errors).toEqual(['stale_epoch']);
    typed('by rest');
    expect(await sheet.run()).toMatchObject({ outcome: 'done', pushed: 1 });
    expect(await name()).toBe('by rest');
    expect(await script.runTo()).toMatchObject({ outcome: 'done', pushed: 0, cellsWritten: 0 });
    expect(script.errors).toEqual(['stale_epoch', 'stale_epoch']);
  });

  it('[R38] gives way while the other is at work, and leaves a hint that the other looks at before it stops', async () => {
    await update('offered');
    await script.runTo('writeBlocks');
    await expect(sheet.run()).rejects.toMatchObject({ code: 'busy' });
    expect(await script.runTo()).toMatchObject({ outcome: 'more', cellsWritten: 1 });
    expect(shown()).toBe('offered');
    expect(await script.runTo()).toMatchObject({ outcome: 'done', cellsWritten: 0 });
    expect(await sheet.run()).toMatchObject({ outcome: 'done', cellsWritten: 0, pushed: 0 });
  });

  it('[I16] never lets a script learn the epoch of a REST run that is still writing', async () => {
    await script.runTo();
    await update('offered');
    const { settings } = sheet.server;
    const authorize = settings.authorize!;
    let during: CycleReport | null = null;
    settings.authorize = async (request, ...rest) => {
      // The REST host's write is on its way: the whole of the script's run falls before it.
      if (request.url.includes(':batchUpdate')) during ??= await script.runTo();
      return authorize(request, ...rest);
    };
    await sheet.run();
    expect(during).toMatchObject({ outcome: 'failed', error: { code: 'busy', retry: 'later' } });
    await script.runTo();
    expect([shown(), await name()]).toEqual(['offered', 'offered']);
  });

  it('[I16] gives way to another run of the REST host that is at work', async () => {
    await script.runTo();
    await update('offered');
    const { settings } = sheet.server;
    const authorize = settings.authorize!;
    let during: unknown = null;
    settings.authorize = async (request, ...rest) => {
      if (request.url.includes(':batchUpdate')) during ??= await sheet.run().catch((error: unknown) => error);
      return authorize(request, ...rest);
    };
    expect(await sheet.run()).toMatchObject({ cellsWritten: 1 });
    expect(during).toMatchObject({ code: 'busy' });
    expect([shown(), await name()]).toEqual(['offered', 'offered']);
  });

  it('[I16] begins no write that Google might still be at when the lease has run out', async () => {
    await script.runTo();
    await update('offered');
    const { settings } = sheet.server;
    const authorize = settings.authorize!;
    let reads = 0;
    settings.authorize = async (request, ...rest) => {
      // The re-check takes so long that the write would begin three minutes before the end of the lease.
      if (request.url.includes(':getByDataFilter') && ++reads === 2) test.clock.advance(LEASE_MS - 180_000);
      return authorize(request, ...rest);
    };
    await expect(sheet.run()).rejects.toThrow(/too long to write/);
    expect(shown()).not.toBe('offered');
    settings.authorize = authorize;
    test.clock.advance(LEASE_MS);
    await sheet.settle();
    expect([shown(), await name()]).toEqual(['offered', 'offered']);
  });

  it('[I16] [R17] takes a note off a wrong cell at a time when it writes no new one any more', async () => {
    await sql()`ALTER TABLE item ADD CHECK (name <> 'bad')`;
    const { settings } = sheet.server;
    const authorize = settings.authorize!;
    const heldUp = async (look: number): Promise<CycleReport> => {
      let [writes, looks] = [0, 0];
      settings.authorize = async (request, ...rest) => {
        // A row comes in above right before the note is written; the host is held up while it looks at notes.
        if (request.url.includes(':batchUpdate') && writes++ === 0) sheet.tab.insertRows(2);
        if (request.url.includes('note') && ++looks === look) test.clock.advance(LEASE_MS - 180_000);
        return authorize(request, ...rest);
      };
      return sheet.run().finally(() => (settings.authorize = authorize));
    };
    typed('bad');
    await expect(heldUp(1)).rejects.toThrow(/too long to write/);
    expect(sheet.tab.note(2, 2)).toBe('');
    test.clock.advance(LEASE_MS);
    await heldUp(2);
    expect([shown(), sheet.tab.note(2, 2)]).toEqual([null, '']);
    await sheet.settle();
    expect(sheet.tab.note(3, 2)).toMatch(/^Tandem: /);
  });

  it('[I5] refuses a scan that was taken before the other host’s cycle', async () => {
    await script.runTo();
    await script.runTo('sync');
    await update('newer');
    await sheet.run();
    expect(shown()).toBe('newer');
    const report = await script.runTo();
    expect(script.errors.at(-1)).toBe('stale_epoch');
    expect(report).toMatchObject({ outcome: 'done', pushed: 0, cellsWritten: 0 });
    expect([shown(), await name()]).toEqual(['newer', 'newer']);
    expect(await sql()`SELECT 1 FROM tandem.journal WHERE op = 'lost'`).toHaveLength(0);
  });

  it('[I5] refuses the push of a run whose lease ran out and whose link moved on', async () => {
    await script.runTo();
    typed('old');
    await script.runTo('push');
    typed('new');
    test.clock.advance(LEASE_MS + 1);
    await sheet.settle();
    expect(await name()).toBe('new');
    await script.runTo();
    expect(script.errors.at(-1)).toBe('stale_epoch');
    expect([shown(), await name()]).toEqual(['new', 'new']);
  });

  it('[I2] [I5] lets a run that wakes up late neither write over a newer value nor answer for it', async () => {
    await script.runTo();
    await update('first');
    // Offers taken, the re-check still ahead.
    await script.runTo('sync');
    await script.runTo('readSheet');
    test.clock.advance(LEASE_MS + 1);
    await update('second');
    await sheet.settle();
    expect(shown()).toBe('second');
    await script.runTo();
    expect([shown(), await name()]).toEqual(['second', 'second']);
    await sheet.settle();
    expect([shown(), await name()]).toEqual(['second', 'second']);
  });
});
