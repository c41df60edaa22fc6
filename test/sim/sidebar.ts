import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import { decideOnRows, type RowSidebarAct } from './sidebar-rows.ts';
import type { World } from './world.ts';

export const sidebarActs = [
  'undoCell',
  'undoRun',
  'restoreDeleted',
  'keepSheet',
  'keepTable',
  'audit',
  'columnPolicy',
  'linkPolicy',
  'pause',
  'resume',
] as const;
export type SidebarAct = (typeof sidebarActs)[number];

const POLICIES = ['table', 'sheet', 'latest', 'ask'] as const;

/** What a person decides in the sidebar: requests to the hub, as its routes take them. */
export class Sidebar {
  /** By a person's word: nothing but another one ends it. */
  paused = false;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly oracle: Oracle,
  ) {}

  async act(act: SidebarAct | RowSidebarAct, n: number, m: number): Promise<void> {
    const done = await this.perform(act, n, m);
    if (done) this.network.count(`sidebar:${act}`);
  }

  private async perform(act: SidebarAct | RowSidebarAct, n: number, m: number): Promise<boolean> {
    const { sql, link, profile } = this.world;
    switch (act) {
      default:
        return decideOnRows(this, this.world, this.oracle, { act, n, m });
      case 'undoCell': {
        const entries = await sql<{ id: number }[]>`
          SELECT id::float8 AS id FROM tandem.journal WHERE link = ${link.id}::uuid ORDER BY id`;
        const entry = entries[n % Math.max(1, entries.length)];
        return entry !== undefined && this.putBack('undo', { entries: [entry.id] });
      }
      case 'undoRun': {
        const runs = await sql<{ run: string }[]>`
          SELECT run FROM tandem.journal WHERE link = ${link.id}::uuid AND run IS NOT NULL GROUP BY run ORDER BY min(id)`;
        const run = runs[n % Math.max(1, runs.length)];
        return run !== undefined && this.putBack('undo', { run: run.run });
      }
      case 'restoreDeleted': {
        const stones = await sql<{ key: string }[]>`
          SELECT key FROM tandem.tombstone WHERE link = ${link.id}::uuid ORDER BY key`;
        const keys = stones.slice(n % Math.max(1, stones.length)).map(({ key }) => key);
        for (const key of keys) this.oracle.taint(key);
        return keys.length > 0 && this.putBack('restore', { keys: keys.slice(0, 1 + (m % 3)) });
      }
      case 'keepSheet':
      case 'keepTable': {
        const answer = await this.ask('conflicts', { keep: act === 'keepSheet' ? 'sheet' : 'table' });
        return (answer as { cells?: number } | null)?.cells !== undefined && (answer as { cells: number }).cells > 0;
      }
      case 'audit':
        return (await this.ask('audit', {})) !== null;
      case 'columnPolicy': {
        const column = profile.values[n % profile.values.length]!;
        const body = { columns: { [column.id]: POLICIES[m % POLICIES.length] } };
        return this.change(body);
      }
      case 'linkPolicy':
        return this.change({ policy: POLICIES[m % POLICIES.length] });
      case 'pause':
      case 'resume':
        if ((await this.ask(act, {})) === null) return false;
        this.paused = act === 'pause';
        return true;
    }
  }

  async putBack(verb: 'undo' | 'restore', body: unknown): Promise<boolean> {
    const answer = (await this.ask(verb, body)) as { undone: number; refused: { reason: string }[] } | null;
    if (answer === null) return false;
    for (const { reason } of answer.refused) {
      // I15: what is not put back is told in a sentence.
      if (!/^.{15,}[.]$/s.test(reason)) this.oracle.violations.push(`[I15] undo was refused with "${reason}"`);
    }
    return answer.undone > 0;
  }

  async change(body: unknown): Promise<boolean> {
    this.oracle.latest = null;
    const { status, body: answer } = await this.world.request('PATCH', `/v1/links/${this.world.link.id}`, body);
    if (status >= 300 && !this.world.excuses(status))
      this.oracle.violations.push(`a setting was answered with ${status} ${JSON.stringify(answer)}`);
    return status < 300;
  }

  /** Null where the link is in no state for it. */
  async ask(verb: string, body: unknown): Promise<unknown> {
    const { status, body: answer } = await this.network.whileUnblocked(
      this.world.request('POST', `/v1/links/${this.world.link.id}/${verb}`, body),
    );
    if (status < 300) return answer;
    if (status >= 500 && !this.world.excuses(status)) {
      this.oracle.violations.push(`${verb} was answered with ${status} ${JSON.stringify(answer)}`);
    }
    return null;
  }
}
