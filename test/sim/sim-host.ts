import { runCycle, type CycleMode, type CycleReport } from '../../shared/cycle/cycle.ts';
import type {
  Block,
  BlockOutcome,
  Effect,
  Memo,
  MessageName,
  DeletedRows,
  RowToDelete,
  SendResult,
  SheetReading,
} from '../../shared/cycle/effects.ts';
import { isError, sameCell, type Cell } from '../../shared/cell.ts';
import { inColumnsNow, standAsBefore } from '../../shared/cycle/column-now.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { Mapping } from '../../shared/mapping.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { Ablation } from './ablation/ablation.ts';
import { appendArchive, readArchive } from './archive-effects.ts';
import { Blindfold } from './blindfold.ts';
import type { Network } from './network.ts';
import {
  columnIds,
  deleteRows,
  insertRowsAfter,
  isComplete,
  keysIn,
  keysOf,
  markCells,
  NONE_PUT,
  notesAstray,
  notesHidden,
  putBack,
  readSheet,
  rowsDue,
  toCell,
  unmappedCells,
  writeBlock,
} from './sheet-effects.ts';
import type { Oracle } from './oracle.ts';
import { keyOf } from './profiles.ts';
import { RowsMovedOn } from './rows-moved-on.ts';
import type { Run } from './sim-run.ts';
import { OWNER, type World } from './world.ts';

/** What the document remembers: an epoch, a note, a mapping. Wiped, it is asked for again. */
export interface Properties {
  memo: Memo | null;
  mapping: Mapping | null;
}

const MAX_TRIES = 3;
/** Apps Script ends a run after six minutes, wherever it is. */
const LONGEST_RUN_MS = 6 * 60_000;
/** Virtual time that one effect takes. */
const EFFECT_MS = 150;

/** What Apps Script throws where a quota is used up, or a service does not answer. */
class ServiceFailed extends Error {
  override name = 'ServiceFailed';
}

/**
 * Runs cycles over the workbook, one effect at a time, so that anything can happen between two. It holds the document
 * lock as Apps Script would: no run begins while another is under way; a killed run lets go of it.
 */
export class SimHost {
  private run: Run | null = null;
  /** Runs that went on although another began: only where the document lock is taken away. */
  private others: Run[] = [];
  private readonly blindfold: Blindfold;
  private readonly movedOn: RowsMovedOn;
  private runs = 0;
  private callsLeft: number | null = null;
  /** The last reading, against which a write's window is measured. */
  private lastReading: SheetReading | null = null;
  /** Keys of rows that are to be kept in the archive tab before they are deleted. */
  private readonly toArchive = new Set<string>();
  /** How often the sheet had gone back when the archive was last written. */
  private archivedAfter = 0;
  /** Reports of runs that came to their end. */
  readonly reports: CycleReport[] = [];
  cellsWritten = 0;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly oracle: Oracle,
    readonly properties: Properties,
    private readonly name: string,
    private readonly without: Ablation = {},
  ) {
    this.blindfold = new Blindfold(without);
    this.movedOn = new RowsMovedOn(world, oracle);
  }

  get running(): boolean {
    return this.run !== null;
  }

  /** What the run does next. */
  get doing(): Effect['do'] | null {
    return this.run?.next.done === false ? this.run.next.value.do : null;
  }

  /** Begins a run, unless one is under way. */
  async start(mode: CycleMode): Promise<boolean> {
    if (this.run !== null) {
      if (!this.without.documentLock) return false;
      this.others.push(this.run);
      this.run = null;
    }
    this.blindfold.forget();
    const { id, spreadsheet } = this.world.link;
    this.properties.mapping ??= (await this.world.demand<LinkInfo>('GET', `/v1/links/${id}`)).mapping;
    const steps = runCycle({
      link: { id, spreadsheet },
      mapping: this.properties.mapping,
      run: `${this.name}-${++this.runs}`,
      mode,
    });
    this.run = {
      steps,
      next: steps.next(),
      startedAt: this.world.clock.ms,
      asked: false,
      epoch: null,
      put: NONE_PUT,
      overwriting: [],
      looked: [],
      deleted: [],
    };
    this.close();
    return true;
  }

  /** One effect of the run; answers whether there is more to do. */
  async step(): Promise<boolean> {
    // Where runs overlap they take turns.
    const other = this.others.shift();
    if (other) {
      if (this.run) this.others.push(this.run);
      this.run = other;
    }
    const { run } = this;
    if (run === null || run.next.done) return false;
    if (this.world.clock.ms - run.startedAt > LONGEST_RUN_MS) {
      this.network.count('timedOut');
      this.kill();
      return false;
    }
    const effect = run.next.value;
    this.world.clock.advance(EFFECT_MS);
    let result: unknown;
    try {
      result = await this.perform(effect, run.startedAt);
    } catch (error) {
      if (!(error instanceof Error) || !['OutOfGridError', 'ServiceFailed'].includes(error.name)) throw error;
      // The grid shrank under the run, or Google is out of order: Apps Script throws, and the run ends as if killed.
      this.kill();
      return false;
    }
    if (this.run !== run) return false;
    run.next = run.steps.next(result);
    if (!run.next.done && run.next.value.do === 'deleteRows') run.looked = rowsDue(this.world.tab, run.next.value.rows);
    this.close();
    return this.run !== null || this.others.length > 0;
  }

  kill(): void {
    if (this.run !== null) this.oracle.leaveStrays(unmappedCells(this.world.tab));
    for (const note of this.run?.put.astray ?? []) this.oracle.notesLeft.add(note);
    for (const key of this.run?.overwriting ?? []) this.oracle.overwriting.add(key);
    this.run = null;
  }

  wipe(what: 'memo' | 'mapping' | 'both'): void {
    if (what !== 'mapping') this.properties.memo = null;
    if (what !== 'memo') this.properties.mapping = null;
  }

  async finish(): Promise<void> {
    while (await this.step());
  }

  private close(): void {
    if (this.run?.next.done !== true) return;
    const { asked } = this.run;
    const report = this.run.next.value;
    this.reports.push(report);
    // Nobody gave way to a run that asked the hub nothing, as after an edit in a tab that replaces its table: the hint
    // waits for the next one that does.
    if (this.oracle.gaveWay && asked && report.outcome === 'done') {
      this.oracle.violations.push('[R38] a run ended without another look, although a host had given way to it');
    }
    this.run = this.others.shift() ?? null;
  }

  failAfter(calls: number | null): void {
    this.callsLeft = calls;
  }

  /** The service that an effect needs fails, where its turn has come: at once, or halfway through several blocks. */
  private failService(effect: Effect): void {
    if (this.callsLeft === null || effect.do === 'send' || effect.do === 'elapsed' || this.callsLeft-- > 0) return;
    this.callsLeft = null;
    this.network.count(`quota:${effect.do}`);
    if (effect.do === 'writeBlocks') this.writeBlocks(effect.blocks.slice(0, effect.blocks.length >> 1));
    if (effect.do === 'deleteRows') this.deleteRows(effect.rows.slice(0, effect.rows.length >> 1));
    throw new ServiceFailed('Service Spreadsheets timed out while accessing document.');
  }

  private writeBlocks(blocks: readonly Block[], columns?: SheetReading['columns']): BlockOutcome[] {
    const { tab, profile } = this.world;
    if (columns && !standAsBefore(columns, readSheet(tab, false).columns)) {
      return blocks.map(() => ({ ok: false, why: 'changed', message: 'The columns have moved.' }));
    }
    return blocks.map((block) => {
      this.watchWrite(block.row, block.position, block.values);
      this.movedOn.writes(block, this.lastReading);
      const former = keysIn(tab, profile, block);
      const outcome = writeBlock(tab, this.blindfold.write(block), OWNER);
      keysIn(tab, profile, block).forEach((key, line) => {
        if (key !== null && former[line] !== null && key !== former[line]) this.run?.overwriting.push(key);
      });
      if (outcome.ok) this.cellsWritten += block.values.length * block.values[0]!.length;
      return outcome;
    });
  }

  /**
   * A host's look at the rows it deletes is a moment of its own, before the delete. By chance, as the number of the last
   * of them is odd or even, what happened since the step before comes after that look or before it.
   */
  private deleteRows(rows: readonly RowToDelete[]): DeletedRows {
    const { tab } = this.world;
    const looked = new Set(rows[0] !== undefined && rows[0].row % 2 === 1 ? this.run?.looked : rowsDue(tab, rows));
    const due = rows.flatMap(({ row }) => (looked.has(row) ? [row] : []));
    if (due.length > 0) this.deleteLooked(due);
    return { gone: due, guarded: [], refused: [] };
  }

  private deleteLooked(rows: readonly number[]): void {
    for (const row of rows) this.watchDelete(row);
    this.oracle.removals.push(rows.length);
    this.blindfold.deleted(rows);
    deleteRows(this.world.tab, rows);
  }

  private async perform(effect: Effect, startedAt: number): Promise<unknown> {
    const { world, properties } = this;
    const { tab } = world;
    if (effect.do === 'writeBlocks') await this.checkEpoch();
    this.failService(effect);
    switch (effect.do) {
      case 'elapsed':
        return world.clock.ms - startedAt;
      case 'recall':
        return properties.memo ?? { epoch: 0, note: null };
      case 'remember':
        properties.memo = structuredClone(effect.memo);
        if (this.without.note) properties.memo.note = null;
        return;
      case 'rememberMapping':
        properties.mapping = structuredClone(effect.mapping);
        return;
      case 'readSheet':
        this.movedOn.look();
        if (this.run) notesHidden(tab, world.profile, this.run.put).forEach((note) => this.oracle.notesLeft.add(note));
        this.lastReading = { ...readSheet(tab, effect.computed), at: world.clock.ms };
        // Its first look is the one that whoever gave way until now has asked for.
        if (this.oracle.readings.every(({ run }) => run !== this.runs)) this.oracle.gaveWay = false;
        this.oracle.readings.push({
          at: world.clock.ms,
          run: this.runs,
          keys: keysOf(world.profile, this.lastReading),
          complete: isComplete(world.profile, this.lastReading),
        });
        return this.blindfold.read(this.lastReading, effect.computed, properties.mapping!);
      case 'tagColumns':
        for (const { position, id } of effect.tags) {
          const location = { type: 'COLUMN' as const, tabId: tab.id, index: position };
          world.workbook.addMetadata({ key: 'tandem.column', value: id, visibility: 'DOCUMENT', location });
        }
        return;
      case 'send':
        if (this.run) Object.assign(this.run, { asked: true, put: NONE_PUT, overwriting: [] });
        this.blindfold.begin();
        return this.send(effect.name, effect.message);
      case 'writeBlocks':
        return this.writeBlocks(effect.blocks, effect.columns);
      case 'putBack': {
        const cells = inColumnsNow(effect.cells, effect.columns, readSheet(tab, false).columns);
        // Nobody looks again: where nothing tells the column any more, the value stays in it.
        if (cells.length < effect.cells.length) this.oracle.leaveStrays(unmappedCells(tab));
        for (const cell of cells) {
          // An error that stood there before goes back as it was (I14 is about others).
          this.watchWrite(cell.row, cell.position, [[isError(cell.former.value) ? null : cell.former.value]]);
          putBack(tab, cell, OWNER);
        }
        return;
      }
      case 'insertRows':
        this.blindfold.inserted(effect.after, effect.count);
        insertRowsAfter(tab, effect.after, effect.count);
        return { ok: true };
      case 'deleteRows':
        return this.deleteRows(effect.rows);
      case 'readArchive':
        return readArchive(world.workbook, effect.title);
      case 'appendArchive':
        this.archivedAfter = this.oracle.restores;
        return this.without.archive ? { ok: true } : appendArchive(world.workbook, effect, OWNER);
      case 'markCells':
        if (this.without.marks) return effect.marks.map(() => ({ note: '', background: '' }));
        if (this.run) {
          const astray = notesAstray(tab, world.profile, this.lastReading, effect.marks);
          this.run.put = { astray, reading: this.lastReading, marks: effect.marks };
        }
        return markCells(tab, effect.marks);
      case 'progress':
        return;
    }
  }

  private async send(name: MessageName, message: unknown): Promise<SendResult<MessageName>> {
    for (let tries = 1; ; tries++) {
      const result = await this.network.send(name, message);
      if (result.ok && this.run) this.run.epoch = result.reply.epoch;
      if (result.ok && name === 'ack') for (const cell of this.run?.deleted.splice(0) ?? []) this.oracle.told(cell);
      for (const { key, archive } of (result.ok && 'offers' in result.reply && result.reply.offers) || []) {
        if (archive !== undefined) this.toArchive.add(key);
        else this.toArchive.delete(key);
      }
      if (result.ok || result.error.retry !== 'later' || tries === MAX_TRIES) return result;
      this.world.clock.advance((result.error.retryAfter ?? 2 ** tries) * 1000);
    }
  }

  /** I16: a run writes only while it is the latest. */
  private async checkEpoch(): Promise<void> {
    const [link] = await this.world.sql<{ epoch: number }[]>`
      SELECT epoch::float8 AS epoch FROM tandem.link WHERE id = ${this.world.link.id}::uuid`;
    if (link!.epoch === this.run?.epoch) return;
    this.oracle.violations.push(`[I16] a run of epoch ${this.run?.epoch} writes in epoch ${link!.epoch}`);
  }

  /** Tells the oracle what a write replaces, and whether it is what the run's last reading showed (I2). */
  private watchWrite(row: number, position: number, values: readonly (readonly Cell[])[]): void {
    const { tab } = this.world;
    const ids = columnIds(tab);
    values.forEach((line, i) =>
      line.forEach((value, j) => {
        const [r, c] = [row + i, position + j];
        const before = toCell(tab.value(r, c), tab.numberFormat(r, c));
        this.oracle.hostWrites({
          row: r,
          column: ids.get(c) ?? null,
          before,
          read: this.lastReading?.rows[r - HEADER_ROW - 1]?.[c - 1] ?? null,
          formula: tab.formula(r, c),
          value,
        });
      }),
    );
  }

  private watchDelete(row: number): void {
    const { tab, profile } = this.world;
    const shown = (position: number) => toCell(tab.value(row, position), tab.numberFormat(row, position));
    const read = (position: number) => this.lastReading?.rows[row - HEADER_ROW - 1]?.[position - 1] ?? null;
    const cells = Array.from({ length: tab.dataExtent().columns }, (_, index) => shown(index + 1));
    const key = keyOf(
      profile,
      profile.keys.map((one) => cells[[...columnIds(tab)].find(([, id]) => id === one.id)![0] - 1] ?? null),
    );
    // What changed after the run's last look is the write window's; a version brought back since took the copy along.
    const looked = cells.every((cell, index) => sameCell(cell, read(index + 1)));
    if (!looked && key !== null) this.oracle.deletedAstray.add(key);
    const copied = looked && this.archivedAfter === this.oracle.restores;
    if (copied && key !== null && this.toArchive.has(key)) this.oracle.archived.push(cells);
    for (const [position, column] of columnIds(tab)) {
      this.oracle.hostDeletes({ row, column, before: shown(position), read: read(position) });
      this.run?.deleted.push(shown(position));
    }
  }
}
