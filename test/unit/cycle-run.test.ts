import { describe, expect, it } from 'vitest';
import { runCycle, type CycleMode } from '../../shared/cycle/cycle.ts';
import { NOTE_CHARS } from '../../shared/limits.ts';
import { outcomesOf, writeNote } from '../../shared/cycle/note.ts';
import { scanSheet } from '../../shared/cycle/scan.ts';
import type { MessageName, SheetReading } from '../../shared/cycle/effects.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import type { PushRequest } from '../../shared/protocol/push.ts';
import { makeMapping, MemorySheet } from './support/memory-sheet.ts';

const mapping = makeMapping('SKU*', 'Name');
const link = { id: '00000000-0000-4000-8000-000000000000', spreadsheet: 's1' };

function cycle(mode: CycleMode = { kind: 'full' }, budgetMs?: number) {
  return runCycle({ link, mapping, run: 'r1', mode, ...(budgetMs === undefined ? {} : { budgetMs }) });
}

function tab() {
  return new MemorySheet(
    ['SKU', 'Name'],
    [
      ['a', 'Apple'],
      ['b', 'Pear'],
    ],
  );
}

const readingOf = (sheet: MemorySheet): SheetReading => ({
  title: 'Tab',
  timeZone: 'UTC',
  columns: [
    { header: 'SKU', id: 'c1' },
    { header: 'Name', id: 'c2' },
  ],
  rows: sheet.grid.slice(1),
});

const quiet = { want: [], offers: [], marks: [], more: false, notices: [] };
const failed = (code: 'stale_epoch' | 'mapping_changed' | 'database_unavailable', details = {}) => ({
  ok: false as const,
  error: new TandemError(code, `It is ${code}.`, details).toBody().error,
});

/** A hub that answers each message by a function, in a list of what it was sent. */
function listen(sheet: MemorySheet, answers: Partial<Record<MessageName, (message: never) => unknown>>) {
  const sent: { name: MessageName; message: Record<string, unknown> }[] = [];
  sheet.hub = (name, message) => {
    sent.push({ name, message });
    const answer = answers[name]!(message) as { ok?: boolean };
    return (answer.ok === false ? answer : { ok: true, reply: answer }) as never;
  };
  return sent;
}

describe('the cycle', () => {
  it('[I7] is one read and one call while nothing changed', () => {
    const sheet = tab();
    const sent = listen(sheet, { sync: () => ({ epoch: 1, seq: 1, ...quiet }) });
    const report = sheet.drive(cycle());
    expect(report).toMatchObject({ outcome: 'done', pushed: 0, cellsWritten: 0 });
    expect(sheet.reads).toBe(1);
    expect(sent.map(({ name }) => name)).toEqual(['sync']);
    expect(sheet.written).toEqual([]);
    expect(sheet.memo).toEqual({ epoch: 1, note: null });
  });

  it('[I5] scans again with the epoch that the hub names, and gives up rather than race for ever', () => {
    const sheet = tab();
    const sent = listen(sheet, {
      sync: (message: { ifEpoch: number }) =>
        message.ifEpoch === 8 ? { epoch: 9, seq: 1, ...quiet } : failed('stale_epoch', { epoch: 8 }),
    });
    expect(sheet.drive(cycle()).outcome).toBe('done');
    expect(sent).toHaveLength(2);
    expect(sheet.reads).toBe(2);
    expect(sheet.memo.epoch).toBe(9);

    const raced = tab();
    listen(raced, { sync: ({ ifEpoch }: { ifEpoch: number }) => failed('stale_epoch', { epoch: ifEpoch + 1 }) });
    expect(raced.drive(cycle())).toMatchObject({ outcome: 'failed', error: { code: 'busy' } });
  });

  it('takes on a changed mapping and scans again under it', () => {
    const sheet = tab();
    const changed = makeMapping('SKU*', 'Name>');
    listen(sheet, {
      sync: ({ mapFingerprint }: { mapFingerprint: string }) =>
        mapFingerprint === changed.fingerprint
          ? { epoch: 1, seq: 1, ...quiet }
          : failed('mapping_changed', { mapping: changed }),
    });
    expect(sheet.drive(cycle()).outcome).toBe('done');
    expect(sheet.mapping?.fingerprint).toBe(changed.fingerprint);
  });

  it('pushes what differs, names what is missing, and only after a complete scan', () => {
    const want = [
      {
        bucket: 0,
        rows: [
          ['a', '0'.repeat(16)],
          ['gone', '1'.repeat(16)],
        ],
      },
    ];
    const sheet = tab();
    const sent = listen(sheet, {
      sync: () => ({ epoch: 1, seq: 1, ...quiet, want }),
      push: (message: PushRequest) => ({
        ...quiet,
        epoch: 1,
        seq: message.seq,
        results: message.rows.map(({ key }) => ({ key, result: 'ok' })),
      }),
    });
    sheet.drive(cycle());
    expect(sent[1]!.message).toMatchObject({ epoch: 1, seq: 2, scope: 'full', missing: ['gone'] });
    expect((sent[1]!.message as unknown as PushRequest).rows.map(({ key }) => key)).toEqual(['a', 'b']);

    const torn = tab();
    torn.grid.push([{ error: '#REF!' }, 'x']);
    const heard = listen(torn, {
      sync: () => ({ epoch: 1, seq: 1, ...quiet, want }),
      push: () => ({ ...quiet, epoch: 1, seq: 2, results: [] }),
    });
    torn.drive(cycle());
    expect((heard[0]!.message['scan'] as { complete: boolean }).complete).toBe(false);
    expect(heard[1]!.message['missing']).toEqual([]);
  });

  it('notes offers before it writes them, acknowledges with read-backs, and clears the note last', () => {
    const offer: Offer = {
      id: '7',
      key: 'a',
      kind: 'update',
      cells: [{ column: 'c2', base: 'Apple', value: 'Quince' }],
    };
    const sheet = tab();
    const order: string[] = [];
    sheet.before = (effect) => {
      if (effect.do === 'remember') order.push(effect.memo.note === null ? 'clear' : 'note');
      if (effect.do === 'writeBlocks') order.push('write');
      if (effect.do === 'send') order.push(effect.name);
    };
    const sent = listen(sheet, {
      sync: () => ({ epoch: 3, seq: 1, ...quiet, offers: [offer] }),
      ack: () => ({ epoch: 3, seq: 2, offers: [], marks: [], more: false }),
    });
    const report = sheet.drive(cycle());
    expect(order).toEqual(['sync', 'clear', 'note', 'write', 'ack', 'clear']);
    expect(sent[1]!.message['results']).toEqual([
      { offer: '7', cells: { c2: { outcome: 'applied', readback: 'Quince' } } },
    ]);
    expect(report.cellsWritten).toBe(1);
  });

  it('leaves the note where the headers were sorted away while it wrote, and says nothing about any cell', () => {
    const offer: Offer = {
      id: '7',
      key: 'a',
      kind: 'update',
      cells: [{ column: 'c2', base: 'Apple', value: 'Quince' }],
    };
    const sheet = tab();
    sheet.before = (effect) => {
      if (effect.do === 'writeBlocks') sheet.grid.reverse();
    };
    const sent = listen(sheet, {
      sync: (message: { scan: { anomaly: unknown } }) => ({
        epoch: 3,
        seq: 1,
        ...quiet,
        offers: [offer],
        ...(message.scan.anomaly === null ? {} : { offers: [], paused: { message: 'The headers are gone.' } }),
      }),
      ack: () => ({ epoch: 3, seq: 2, offers: [], marks: [], more: false }),
    });
    const report = sheet.drive(cycle());
    expect(sent[1]).toMatchObject({ name: 'ack', message: { results: [], final: true } });
    expect(report.outcome).toBe('more');
    expect(sheet.memo.note).toBe(writeNote([offer]));
    // As long as they are not back, nothing can be told of what was written; then the note tells it.
    sheet.drive(cycle());
    expect(sent[2]!.message['outcomes']).toEqual([]);
    expect(sheet.memo.note).toBe(writeNote([offer]));
    sheet.grid.reverse();
    sheet.drive(cycle());
    expect(sent[3]!.message['outcomes']).toHaveLength(1);
  });

  it('a run that finds a note reports what became of the writes of the run that died', () => {
    const offers: Offer[] = [
      { id: '1', key: 'a', kind: 'update', cells: [{ column: 'c2', base: 'Apple', value: 'Quince' }] },
      { id: '2', key: 'b', kind: 'update', cells: [{ column: 'c2', base: 'Pear', value: 'Plum' }] },
      { id: '3', key: 'n', kind: 'insert', cells: [{ column: 'c1', base: null, value: 'n' }] },
    ];
    const sheet = tab();
    sheet.memo = { epoch: 4, note: writeNote(offers) };
    sheet.grid[1]![1] = 'Quince';
    const sent = listen(sheet, { sync: () => ({ epoch: 5, seq: 1, ...quiet }) });
    sheet.drive(cycle({ kind: 'rows', from: 2, to: 2 }));
    expect(sent[0]!.message['outcomes']).toEqual([
      { offer: '1', cells: { c2: { outcome: 'applied', readback: 'Quince' } } },
      { offer: '2', cells: { c2: { outcome: 'changed', readback: 'Pear' } } },
      { offer: '3', cells: { c1: { outcome: 'changed', readback: null } } },
    ]);
    expect(sheet.memo).toEqual({ epoch: 5, note: null });
  });

  it('leaves a noted cell that shows neither base nor value for the hub to decide', () => {
    const sheet = tab();
    const note = writeNote([
      { id: '1', key: 'a', kind: 'update', cells: [{ column: 'c2', base: 'Old', value: 'New' }] },
    ]);
    const reading = readingOf(sheet);
    expect(outcomesOf(note, scanSheet(reading, mapping))).toEqual([{ offer: '1', cells: {} }]);
    expect(outcomesOf('{torn', scanSheet(reading, mapping))).toEqual([]);
  });

  it('[R11] notes as many offers as a document has room for', () => {
    const wide = Array.from({ length: 40 }, (_, index) => ({ column: `c${index}`, base: null, value: index }));
    const offers = Array.from({ length: 1000 }, (_, n): Offer => ({
      id: `${n}`,
      key: `${n}`,
      kind: 'insert',
      cells: wide,
    }));
    const note = writeNote(offers);
    expect(note.length).toBeLessThanOrEqual(NOTE_CHARS);
    const told = outcomesOf(note, scanSheet(readingOf(tab()), mapping));
    expect(told.length).toBeGreaterThan(100);
    expect(told.map(({ offer }) => offer)).toEqual(offers.slice(0, told.length).map(({ id }) => id));
    expect(writeNote([])).toBe('[]');
  });

  it('after an edit sends its rows in one message that opens the epoch', () => {
    const sheet = tab();
    sheet.memo.epoch = 6;
    const sent = listen(sheet, {
      push: () => ({ epoch: 7, seq: 1, results: [{ key: 'b', result: 'ok' }], ...quiet }),
    });
    sheet.drive(cycle({ kind: 'rows', from: 3, to: 3 }));
    expect(sent).toHaveLength(1);
    expect(sent[0]!.message).toMatchObject({ ifEpoch: 6, scope: 'rows', missing: [], rows: [{ key: 'b' }] });
    expect(sheet.memo.epoch).toBe(7);
    expect(sheet.reads).toBe(1);
  });

  it('[I13] tells of a column that is gone by a full cycle, even after an edit: it is never read as blanks', () => {
    const sheet = new MemorySheet(['SKU'], [['a'], ['b']]);
    const sent = listen(sheet, { sync: () => ({ epoch: 1, seq: 1, ...quiet }) });
    sheet.drive(cycle({ kind: 'rows', from: 2, to: 3 }));
    expect(sent.map(({ name }) => name)).toEqual(['sync']);
    expect(sent[0]!.message).toMatchObject({ scan: { headers: [{ id: 'c1' }] } });
  });

  it('stops without a new chunk when its time is up, and says so', () => {
    const sheet = tab();
    sheet.elapsed = 10_000;
    const sent = listen(sheet, {
      sync: () => ({
        epoch: 1,
        seq: 1,
        ...quiet,
        offers: [{ id: '7', key: 'a', kind: 'update', cells: [{ column: 'c2', base: 'Apple', value: 'Quince' }] }],
      }),
      ack: () => ({ epoch: 1, seq: 2, offers: [], marks: [], more: true }),
    });
    const report = sheet.drive(cycle({ kind: 'full' }, 5_000));
    expect(report.outcome).toBe('more');
    expect(sent[1]!.message).toMatchObject({ final: true, results: [] });
    expect(sheet.cell(2, 2)).toBe('Apple');
  });

  it('ends with the hub’s own sentence when the hub cannot answer', () => {
    const sheet = tab();
    listen(sheet, { sync: () => failed('database_unavailable') });
    expect(sheet.drive(cycle())).toMatchObject({ outcome: 'failed', message: 'It is database_unavailable.' });
    expect(sheet.memo).toEqual({ epoch: 0, note: null });
  });

  it('a renamed header becomes the mapping’s, so that renaming all of them one by one is no anomaly', () => {
    const sheet = tab();
    sheet.grid[0] = ['SKU', 'Title'];
    listen(sheet, { sync: () => ({ epoch: 1, seq: 1, ...quiet }) });
    sheet.drive(cycle());
    expect(sheet.mapping?.columns.map(({ header }) => header)).toEqual(['SKU', 'Title']);
  });

  it('[R38] tells the hub that it ends where the sheet shows nothing of what the hub asked for', () => {
    const sheet = tab();
    const rows = [...scanSheet(readingOf(sheet), mapping).rows.values()].map(({ key, hash }) => [key, hash]);
    const sent = listen(sheet, {
      sync: () => ({ epoch: 1, seq: 1, ...quiet, want: [{ bucket: 0, rows }] }),
      ack: () => ({ epoch: 1, seq: 2, offers: [], marks: [], more: false, again: true }),
    });
    expect(sheet.drive(cycle())).toMatchObject({ outcome: 'more' });
    expect(sent.map(({ name, message }) => [name, message['final']])).toEqual([
      ['sync', undefined],
      ['ack', true],
    ]);
  });

  it('[R38] looks once more where a tab replaces its table and another host gave way meanwhile', () => {
    const sheet = tab();
    const opened = { epoch: 1, seq: 1, refused: [], notices: [] };
    const sent = listen(sheet, {
      replace: ({ last }: { last: boolean }) =>
        last ? { ...opened, seq: 2, more: false, replaced: 2, again: true } : { ...opened, more: true },
    });
    const whole = { ...mapping, kind: 'replace' as const };
    const replaced = runCycle({ link, mapping: whole, run: 'r1', mode: { kind: 'full' } });
    expect(sheet.drive(replaced)).toMatchObject({ outcome: 'more', pushed: 2 });
    expect(sent).toHaveLength(2);
  });

  it('marks the cell where the row stands now and hands back what stood there', () => {
    const sheet = tab();
    sheet.notes.set('2:2', 'my own note');
    let moved = false;
    const sent = listen(sheet, {
      sync: () => {
        moved = true;
        sheet.grid = [sheet.grid[0]!, sheet.grid[2]!, sheet.grid[1]!];
        sheet.notes = new Map([['3:2', 'my own note']]);
        return { epoch: 1, seq: 1, ...quiet, marks: [{ key: 'a', column: 'c2', message: 'Tandem: no' }] };
      },
      ack: () => ({ epoch: 1, seq: 2, offers: [], marks: [], more: false }),
    });
    sheet.drive(cycle());
    expect(moved).toBe(true);
    expect(sheet.notes.get('3:2')).toBe('Tandem: no');
    expect(sent[1]!.message['marked']).toEqual([
      { key: 'a', column: 'c2', done: true, prior: { note: 'my own note', background: '#ffffff' } },
    ]);
  });

  it('[R17] takes a note off again that hit another row because rows moved meanwhile, and says that its cell waits', () => {
    const sheet = tab();
    sheet.notes.set('2:2', 'my own note');
    let marked = 0;
    sheet.before = (effect) => {
      if (effect.do !== 'markCells' || marked++ > 0) return;
      sheet.grid = [sheet.grid[0]!, sheet.grid[2]!, sheet.grid[1]!];
      sheet.notes = new Map([['3:2', 'my own note']]);
    };
    const mark = { key: 'b', column: 'c2', message: 'Tandem: no' };
    const sent = listen(sheet, {
      sync: () => ({ epoch: 1, seq: 1, ...quiet, marks: [mark] }),
      ack: () => ({ epoch: 1, seq: 2, offers: [], marks: [], more: false }),
    });
    sheet.drive(cycle());
    expect(sheet.notes).toEqual(new Map([['3:2', 'my own note']]));
    expect(sent[1]!.message['marked']).toMatchObject([{ key: 'b', column: 'c2', done: false }]);
  });

  it('[R17] carries out the later of two marks of one cell alone', () => {
    const sheet = tab();
    const row = { key: 'a', hash: '1'.repeat(16) };
    const sent = listen(sheet, {
      sync: () => ({
        epoch: 1,
        seq: 1,
        ...quiet,
        want: [{ bucket: 0, rows: [[row.key, row.hash]] }],
        marks: [{ key: 'a', column: 'c2', message: 'Tandem: no' }],
      }),
      push: () => ({ epoch: 1, seq: 2, results: [], ...quiet, marks: [{ key: 'a', column: 'c2', message: null }] }),
      ack: () => ({ epoch: 1, seq: 3, offers: [], marks: [], more: false }),
    });
    sheet.drive(cycle());
    expect(sheet.notes).toEqual(new Map());
    expect(sent[2]!.message['marked']).toMatchObject([{ key: 'a', column: 'c2', done: true }]);
  });
});
