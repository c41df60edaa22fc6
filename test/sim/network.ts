import { databaseErrorCode } from '../../api/database/errors.ts';
import type { MessageName, SendResult } from '../../shared/cycle/effects.ts';
import type { ErrorBody } from '../../shared/protocol/error.ts';
import type { Ablation } from './ablation/ablation.ts';
import type { ApplicationAct } from './schedule.ts';
import type { World } from './world.ts';

/** What happens to the next message on its way. */
export type SendFault =
  | { kind: 'lostRequest' }
  | { kind: 'lostReply' }
  | { kind: 'late' }
  | { kind: 'duplicate' }
  | { kind: 'hubDies'; statements: number }
  /** The database server stops at once in the middle of the hub's work, and is started again. */
  | { kind: 'serverDies'; statements: number }
  /** An application commits between two statements of the hub. */
  | { kind: 'between'; statements: number; act: ApplicationAct; n: number; m: number };

const PATHS: Record<MessageName, string> = {
  sync: '/v1/sync',
  push: '/v1/push',
  ack: '/v1/ack',
  reserveKeys: '/v1/reserve-keys',
  replace: '/v1/replace',
};

export interface Sent {
  name: MessageName;
  message: unknown;
}

const NO_ANSWER: SendResult<MessageName> = {
  ok: false,
  error: { code: 'database_unavailable', retry: 'later', message: 'The Tandem server does not answer.' },
};

/** The way between hosts and hub: it loses, repeats, delays, and lets the hub die. */
export class Network {
  /** Faults that wait for a message, in order. */
  armed: SendFault[] = [];
  /** Requests that are still on their way though their sender has given up. */
  delayed: Sent[] = [];
  /** Everything that ever reached the hub, with what it answered first. */
  delivered: Sent[] = [];
  /** Those of them that the hub dealt with: it did not die over them, nor ask for them once more. */
  private readonly dealtWith = new Set<string>();
  /** Those that it refused for their mapping alone: their epoch stays open to them, should that mapping come again. */
  private readonly ofOtherMapping = new Set<string>();
  /** Answers of the kind that must not happen: 5xx where nobody died, 400. */
  surprises: string[] = [];
  /** What happened how often. */
  readonly happened = new Map<string, number>();

  /** Lets an application act. */
  application: (act: ApplicationAct, n: number, m: number) => Promise<boolean> = () => Promise.resolve(false);
  /** Called when the hub waits for an application's lock: the application commits. */
  holdsTransaction: () => boolean = () => false;
  blocked: () => Promise<boolean> = () => Promise.resolve(false);
  /** Called when the hint of a host that gave way is told to a run that does not hear it any more. */
  unheardHint: () => void = () => {};

  constructor(
    private readonly world: World,
    private readonly without: Ablation = {},
  ) {}

  count(what: string): void {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
  }

  /** One try of one message as its host sees it. */
  async send(name: MessageName, message: unknown): Promise<SendResult<MessageName>> {
    const fault = this.armed.shift();
    if (fault) this.count(`${fault.kind}:${name}`);
    const sent = { name, message: structuredClone(message) };
    switch (fault?.kind) {
      case 'lostRequest':
        return NO_ANSWER;
      case 'late':
        this.delayed.push(sent);
        return NO_ANSWER;
      case 'lostReply':
        await this.deliver(sent);
        return NO_ANSWER;
      case 'duplicate':
        await this.deliver(sent);
        // Where it was asked to come again, the second time is the first.
        if (await this.isDue(sent)) return this.deliver(sent);
        return this.withoutEffect('[I4] a message that came twice', () => this.deliver(sent));
      case 'between': {
        const { mortality } = this.world;
        const { act, n, m } = fault;
        mortality.interruption = {
          statements: fault.statements,
          act: async () => {
            if (await this.application(act, n, m)) this.count(`between:${act}`);
          },
        };
        const result = await this.deliver(sent);
        mortality.interruption = null;
        await mortality.turn;
        return result;
      }
      case 'serverDies': {
        const { mortality } = this.world;
        mortality.interruption = { statements: fault.statements, act: () => this.world.restartServer() };
        const result = await this.deliver(sent);
        mortality.interruption = null;
        await mortality.turn;
        return result;
      }
      case 'hubDies': {
        const { mortality } = this.world;
        mortality.statements = fault.statements;
        mortality.died = false;
        const result = await this.deliver(sent);
        const { died } = mortality;
        mortality.statements = null;
        mortality.died = false;
        if (died) this.count(`hubDied:${name}`);
        return died ? NO_ANSWER : result;
      }
      default:
        return this.deliver(sent);
    }
  }

  /** Brings a delayed request, or an old one again, to the hub; nobody hears the answer. */
  async deliverLate(index: number): Promise<void> {
    if (this.delayed.length > 0) {
      this.count('lateRequest');
      const [late] = this.delayed.splice(index % this.delayed.length, 1);
      await this.deliverAgain('[I5] a late message', late!);
      return;
    }
    if (this.delivered.length === 0) return;
    this.count('oldRequestAgain');
    await this.deliverAgain('[I4] an old message', this.delivered[index % this.delivered.length]!);
  }

  private async deliverAgain(what: string, sent: Sent): Promise<void> {
    if (!(await this.isDue(sent))) {
      await this.withoutEffect(what, () => this.deliver(sent));
      return;
    }
    const result = await this.deliver(sent);
    if (result.ok && 'again' in result.reply && result.reply.again === true) this.unheardHint();
  }

  /**
   * It is the next message of its run, and nothing has become of it yet: however late it comes, and although the hub may
   * have died over it once, its effects happen now for the first time.
   */
  private async isDue(sent: Sent): Promise<boolean> {
    if (this.dealtWith.has(JSON.stringify(sent))) return false;
    const { ifEpoch, epoch, seq, run, mapFingerprint } = sent.message as {
      ifEpoch?: number;
      epoch?: number;
      seq?: number;
      run: string;
      mapFingerprint: string;
    };
    const [link] = await this.world.sql<{ epoch: number; seq: number; run: string | null; mapping: string }[]>`
      SELECT epoch::float8 AS epoch, last_seq AS seq, open_run AS run, map_fingerprint AS mapping FROM tandem.link
       WHERE id = ${this.world.link.id}::uuid`;
    if (this.ofOtherMapping.has(JSON.stringify(sent)) && mapFingerprint !== link!.mapping) return false;
    if (ifEpoch !== undefined) return ifEpoch === link!.epoch;
    return epoch === link!.epoch && run === link!.run && seq === link!.seq + 1;
  }

  private async withoutEffect<T>(what: string, work: () => Promise<T>): Promise<T> {
    const before = await this.books();
    const result = await work();
    const after = await this.books();
    if (before !== after) this.surprises.push(`${what} had an effect: ${before} became ${after}`);
    return result;
  }

  /** What no message may move that is replayed or overtaken; every write in the table is in the journal. */
  private async books(): Promise<string> {
    const [row] = await this.world.sql`
      SELECT epoch, last_seq AS seq, (SELECT count(*) FROM tandem.journal WHERE link = l.id) AS journal,
             (SELECT count(*) FROM tandem.offer WHERE link = l.id) AS offers
        FROM tandem.link l WHERE id = ${this.world.link.id}::uuid`;
    return JSON.stringify(row);
  }

  private async deliver(sent: Sent): Promise<SendResult<MessageName>> {
    this.delivered.push(sent);
    const { message, ...rest } = sent;
    const changed = structuredClone(message) as Record<string, unknown>;
    await this.without.beforeDelivery?.(this.world, rest.name, changed);
    const { status, body } = await this.whileUnblocked(this.world.request('POST', PATHS[sent.name], changed));
    await this.without.afterDelivery?.(this.world, rest.name, changed, status < 300 ? body : null);
    if (status < 300) {
      this.dealtWith.add(JSON.stringify(sent));
      return { ok: true, reply: body as never };
    }
    const { error } = body as ErrorBody;
    const dealtWith = error.code === 'mapping_changed' ? this.ofOtherMapping : this.dealtWith;
    // Paused: its epoch stays open to it, should the link be resumed before another message comes.
    const refused = error.retry !== 'later' && error.code !== 'wrong_state';
    if (!this.world.mortality.died && refused) dealtWith.add(JSON.stringify(sent));
    if (!this.world.mortality.died && !this.world.excuses(status) && (status >= 500 || status === 400)) {
      this.surprises.push(`${sent.name} was answered with ${status} ${error.code}: ${error.message}`);
    }
    return { ok: false, error };
  }

  /** Where the hub runs into the lock of a held transaction, that transaction commits while the hub waits. */
  async whileUnblocked<T>(answer: Promise<T>): Promise<T> {
    if (!this.holdsTransaction()) return answer;
    let settled = false;
    const watched = answer.finally(() => (settled = true));
    watched.catch(() => {});
    while (!settled) {
      await Promise.race([watched.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 10))]);
      if (settled) break;
      if (!(await this.isWaiting())) continue;
      this.count('hubWaitsForApplication');
      await this.blocked();
      break;
    }
    return watched;
  }

  private async isWaiting(): Promise<boolean> {
    const { world } = this;
    try {
      const [found] = await world.sql<{ waits: boolean }[]>`
        SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted) AS waits`;
      return found?.waits === true;
    } catch (error) {
      // The server was stopped under the question, too.
      if (!world.excuses(503) || databaseErrorCode(error) === null) throw error;
      return false;
    }
  }
}
