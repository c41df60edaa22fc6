import { Memory, type PropertyStore } from '../../addon/src/memory.ts';
import { sameCell, type Cell } from '../../shared/cell.ts';
import type { MessageName } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { Execution } from '../google/script/execution.ts';
import type { ScriptInstall } from '../google/script/install.ts';
import { NetworkFault, type NetworkReply, type NetworkRequest } from '../google/script/network.ts';
import type { BundleLab } from './bundle-lab.ts';
import { Gate } from './gate.ts';
import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import { columnIds, toCell, unmappedCells } from './sheet-effects.ts';
import type { World } from './world.ts';

const MESSAGES: Record<string, MessageName> = {
  '/v1/sync': 'sync',
  '/v1/push': 'push',
  '/v1/ack': 'ack',
  '/v1/reserve-keys': 'reserveKeys',
};

interface Run {
  gate: Gate;
  execution: Execution | null;
}

/** Cells of the tab, and formulas, as the grid holds them. */
interface Grid {
  cells: Cell[][];
  formulas: string[][];
}

/**
 * The built add-on itself, in the script host of the local Google: its scheduled run, stopped at every call of a Google
 * service. It is used like the simulation's own host, and remembers in document properties.
 */
export class BundleHost {
  readonly reports: { outcome: string; message: string | null }[] = [];
  cellsWritten = 0;
  private run: Run | null = null;
  private reading: Grid | null = null;
  private callsLeft: number | null = null;

  private constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly oracle: Oracle,
    private readonly lab: BundleLab,
    private readonly install: ScriptInstall,
  ) {}

  static async open(world: World, network: Network, oracle: Oracle, lab: BundleLab): Promise<BundleHost> {
    const host = new BundleHost(world, network, oracle, lab, await lab.install(world.workbook));
    host.memory().rememberLink(world.link);
    const { runtime, network: internet } = lab.google;
    internet.interceptor = (request) => host.answer(request);
    let before: Grid | null = null;
    runtime.beforeHostCall = async (execution, method) => {
      const { run } = host;
      if (run !== null) {
        run.execution = execution;
        await run.gate.pass(method);
      }
      host.failService(method);
      before = /^(Range|Sheet|SpreadsheetApp\.flush)/.test(method) ? host.look() : null;
    };
    runtime.afterHostCall = (_execution, method) => {
      if (before !== null) host.watch(method, before);
      if (/^Range\.get(Values|Formulas)/.test(method)) host.reading = host.look();
      return Promise.resolve();
    };
    return host;
  }

  get running(): boolean {
    return this.run !== null;
  }

  /** The service call the run waits to make. */
  get doing(): string | null {
    return this.run?.gate.at ?? null;
  }

  async start(): Promise<boolean> {
    if (this.run !== null) return false;
    const run: Run = { gate: new Gate(), execution: null };
    this.run = run;
    this.reading = null;
    void this.install.run('tick').then(
      () => {
        const beat = this.memory().heartbeat();
        this.reports.push({
          outcome: beat?.outcome ?? 'failed',
          message: beat?.message ?? null,
        });
        run.gate.end();
      },
      (error: unknown) => {
        this.reports.push({ outcome: 'failed', message: error instanceof Error ? error.message : String(error) });
        run.gate.end();
      },
    );
    return this.advance(run);
  }

  /** One service call of the run; answers whether there is more to do. */
  async step(): Promise<boolean> {
    return this.run !== null && this.advance(this.run);
  }

  async finish(): Promise<void> {
    while (await this.step());
  }

  /** As Google ends a run that takes too long: at once, wherever it is. */
  async kill(): Promise<void> {
    const { run } = this;
    if (run === null) return;
    this.run = null;
    run.execution?.kill();
    await run.gate.next();
    await this.lab.google.idle();
    this.oracle.leaveStrays(unmappedCells(this.world.tab));
  }

  wipe(what: 'memo' | 'mapping' | 'both'): void {
    const properties = this.install.project.documentProperties(this.world.workbook.id);
    for (const key of properties.keys()) {
      if (what !== 'mapping' && key.startsWith('tandem.memo.')) properties.delete(key);
      if (what !== 'memo' && key.startsWith('tandem.mapping.')) properties.delete(key);
    }
  }

  failAfter(calls: number | null): void {
    this.callsLeft = calls;
  }

  private failService(method: string): void {
    if (this.callsLeft === null || !/^(Range|Sheet|SpreadsheetApp|Properties)/.test(method) || this.callsLeft-- > 0)
      return;
    this.callsLeft = null;
    this.network.count(`quota:${method}`);
    this.oracle.leaveStrays(unmappedCells(this.world.tab));
    throw Object.assign(new Error('Service Spreadsheets timed out while accessing document.'), { name: 'Exception' });
  }

  private async advance(run: Run): Promise<boolean> {
    this.world.clock.advance(20);
    const more = await run.gate.next();
    if (!more && this.run === run) this.run = null;
    return more;
  }

  private memory(): Memory {
    const properties = this.install.project.documentProperties(this.world.workbook.id);
    const store: PropertyStore = {
      all: () => properties.all(),
      set: (entries) => properties.set(entries),
      remove: (keys) => keys.forEach((key) => properties.delete(key)),
    };
    return new Memory(store);
  }

  /** What UrlFetchApp is answered: messages go the simulation's way, everything else straight to the hub. */
  private async answer({ url, method, body }: NetworkRequest): Promise<NetworkReply> {
    const { pathname, search } = new URL(url);
    const input = body === null ? undefined : (JSON.parse(Buffer.from(body).toString('utf8')) as unknown);
    const name = MESSAGES[pathname];
    if (name === undefined) {
      const { status, body: answer } = await this.world.request(method.toUpperCase(), pathname + search, input);
      return reply(status, answer);
    }
    const result = await this.network.send(name, input);
    if (result.ok) return reply(200, result.reply);
    // The simulation's own words for no answer at all.
    if (result.error.code === 'database_unavailable' && !('request' in result.error)) throw new NetworkFault('timeout');
    return reply(409, { error: result.error });
  }

  private look(): Grid {
    const { tab } = this.world;
    const { rows, columns } = tab.dataExtent();
    const lines = Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (_, c) => [r + 1, c + 1] as const),
    );
    return {
      cells: lines.map((line) => line.map(([r, c]) => toCell(tab.value(r, c), tab.numberFormat(r, c)))),
      formulas: lines.map((line) => line.map(([r, c]) => tab.formula(r, c))),
    };
  }

  /** Tells the oracle what a service call changed, and what the run's last look showed there. */
  private watch(method: string, before: Grid): void {
    const now = this.look();
    const ids = columnIds(this.world.tab);
    const read = (r: number, c: number): Cell => this.reading?.cells[r]?.[c] ?? null;
    if (/^Sheet\.deleteRows/.test(method)) {
      const gone = before.cells.length - now.cells.length;
      const from = now.cells.findIndex((line, r) =>
        line.some((cell, c) => !sameCell(cell, before.cells[r]![c] ?? null)),
      );
      const first = from < 0 ? now.cells.length : from;
      for (let r = first; r < first + gone; r++) {
        for (const [position, column] of ids) {
          const shown = before.cells[r]?.[position - 1] ?? null;
          this.oracle.hostDeletes({ row: r + 1, column, before: shown, read: read(r, position - 1) });
        }
      }
      return;
    }
    if (!/^(Range\.(set(Values|Texts|Formulas)|clearContent)|SpreadsheetApp\.flush)/.test(method)) return;
    const height = Math.max(before.cells.length, now.cells.length);
    for (let r = HEADER_ROW; r < height; r++) {
      const width = Math.max(before.cells[r]?.length ?? 0, now.cells[r]?.length ?? 0);
      for (let c = 0; c < width; c++) {
        const [was, is] = [before.cells[r]?.[c] ?? null, now.cells[r]?.[c] ?? null];
        const formula = before.formulas[r]?.[c] ?? '';
        // A value that a formula shows follows from other cells.
        if (sameCell(was, is) || (formula !== '' && formula === (now.formulas[r]?.[c] ?? ''))) continue;
        this.cellsWritten++;
        this.oracle.hostWrites({
          row: r + 1,
          column: ids.get(c + 1) ?? null,
          before: was,
          read: read(r, c),
          formula,
          value: is,
        });
      }
    }
  }
}

function reply(status: number, body: unknown): NetworkReply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
}
