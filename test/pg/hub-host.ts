import type { Cell } from '../../shared/cell.ts';
import { runCycle, type CycleMode, type CycleReport } from '../../shared/cycle/cycle.ts';
import type { Effect, MessageName, SendResult } from '../../shared/cycle/effects.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { Mapping } from '../../shared/mapping.ts';
import { createLink } from '../../api/links/create-link.ts';
import { startLink } from '../../api/links/start-link.ts';
import { ackOffers } from '../../api/sync/ack.ts';
import { pushRows } from '../../api/sync/push.ts';
import { replaceTable } from '../../api/sync/replace.ts';
import { reserveKeys } from '../../api/sync/reserve-keys.ts';
import { syncLink } from '../../api/sync/sync.ts';
import type { Context } from '../../api/context.ts';
import { MemorySheet } from '../unit/support/memory-sheet.ts';

/** A tab in memory tied to the hub's verbs by the real cycle. */
export class HubHost {
  /** Messages sent, with what came back; tests replay and delay them. */
  readonly sent: { name: MessageName; message: unknown; result: SendResult<MessageName> }[] = [];
  mapping: Mapping;
  private runs = 0;
  /** Cells written to the sheet since the start. */
  cellsWritten = 0;
  /** Runs before and after each message; throwing kills the run there. */
  beforeSend: (name: MessageName, message: never) => void | Promise<void> = () => {};
  afterSend: (name: MessageName, result: SendResult<MessageName>) => void | Promise<void> = () => {};

  constructor(
    readonly ctx: Context,
    readonly link: LinkInfo,
    readonly sheet: MemorySheet,
  ) {
    this.mapping = link.mapping;
  }

  async run(mode: CycleMode = { kind: 'full' }): Promise<CycleReport> {
    const { id, spreadsheet } = this.link;
    const cycle = runCycle({ link: { id, spreadsheet }, mapping: this.mapping, run: `run-${++this.runs}`, mode });
    let next = cycle.next();
    while (!next.done) {
      const effect = next.value;
      const answer = effect.do === 'send' ? await this.send(effect.name, effect.message) : this.perform(effect);
      if (effect.do === 'rememberMapping') this.mapping = effect.mapping;
      next = cycle.next(answer);
    }
    this.cellsWritten += next.value.cellsWritten;
    return next.value;
  }

  /** Runs full cycles until one has nothing to do; throws where that does not happen. */
  async settle(limit = 12): Promise<void> {
    for (let i = 0; i < limit; i++) {
      const report = await this.run();
      if (report.outcome === 'failed') throw new Error(`cycle failed: ${report.message}`);
      if (report.outcome === 'done' && report.cellsWritten === 0 && report.pushed === 0) return;
    }
    throw new Error('not quiet');
  }

  async send(name: MessageName, message: unknown): Promise<SendResult<MessageName>> {
    await this.beforeSend(name, message as never);
    const result = await this.deliver(name, message);
    this.sent.push({ name, message, result });
    await this.afterSend(name, result);
    return result;
  }

  /** One message to the hub, errors as a host sees them. */
  async deliver(name: MessageName, message: unknown): Promise<SendResult<MessageName>> {
    const ctx = this.ctx;
    const input = structuredClone(message) as never;
    try {
      if (name === 'sync') return { ok: true, reply: await syncLink({ ctx, input }) };
      if (name === 'push') return { ok: true, reply: await pushRows({ ctx, input }) };
      if (name === 'replace') return { ok: true, reply: await replaceTable({ ctx, input }) };
      if (name === 'reserveKeys') return { ok: true, reply: await reserveKeys({ ctx, input }) };
      return { ok: true, reply: await ackOffers({ ctx, input }) };
    } catch (error) {
      if (error instanceof TandemError) return { ok: false, error: error.toBody().error };
      throw error;
    }
  }

  private perform(effect: Effect): unknown {
    return this.sheet.drive(
      (function* () {
        return yield effect;
      })(),
    );
  }

  /** The row of a key, without its number. */
  row(key: Cell): Cell[] | undefined {
    return this.sheet.grid.slice(1).find((row) => row[0] === key);
  }

  set(key: Cell, position: number, value: Cell): void {
    const row = this.row(key);
    if (!row) throw new Error(`no row ${String(key)}`);
    row[position - 1] = value;
  }
}

/** Links a tab to a table; headers are mapped to columns of the same name. */
export async function linkTab(
  ctx: Context,
  table: string,
  headers: string[],
  rows: Cell[][],
  options: {
    direction?: Record<string, 'both' | 'toTable' | 'toSheet'>;
    sheet?: number;
    kind?: 'sync' | 'replace';
  } = {},
): Promise<HubHost> {
  const link = await createLink({
    ctx,
    input: {
      spreadsheet: 'spreadsheet-1',
      sheet: options.sheet ?? 1,
      sheetName: 'Tab',
      timeZone: 'Europe/Berlin',
      schema: 'public',
      table,
      ...(options.kind ? { kind: options.kind } : {}),
      columns: headers.map((header) => ({
        header,
        column: header,
        direction: options.direction?.[header] ?? 'both',
      })),
    },
  });
  return new HubHost(ctx, link, new MemorySheet(headers, rows));
}

/** Links a tab, stages it and starts the first sync; runs until quiet. */
export async function startTab(
  ctx: Context,
  table: string,
  headers: string[],
  rows: Cell[][],
  options: Parameters<typeof linkTab>[4] & { winner?: 'sheet' | 'table' } = {},
): Promise<HubHost> {
  const host = await linkTab(ctx, table, headers, rows, options);
  await host.run();
  await startLink({ ctx, input: { link: host.link.id, winner: options.winner ?? 'table' } });
  await host.settle();
  return host;
}
