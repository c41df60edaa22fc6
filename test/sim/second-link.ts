import { Network } from './network.ts';
import { Oracle } from './oracle.ts';
import { Person } from './person.ts';
import type { SecondStep } from './schedule-rows.ts';
import { SimHost } from './sim-host.ts';
import type { World } from './world.ts';

/** People, host and oracle of another tab that is linked to the same table. */
export class SecondLink {
  readonly oracle: Oracle;
  readonly host: SimHost;
  private readonly person: Person;
  private readonly network: Network;

  constructor(
    readonly world: World,
    first: Oracle,
    private readonly beside: Network,
    fresh: () => number,
  ) {
    this.oracle = new Oracle(first);
    this.oracle.now = first.now;
    this.network = new Network(world);
    this.network.holdsTransaction = () => beside.holdsTransaction();
    this.network.blocked = () => beside.blocked();
    const properties = { memo: null, mapping: structuredClone(world.link.mapping) };
    this.host = new SimHost(world, this.network, this.oracle, properties, 'second');
    this.person = new Person(world, this.oracle, fresh);
  }

  async act(step: SecondStep): Promise<void> {
    const { host } = this;
    const count = (what: string) => this.beside.count(`second:${what}`);
    switch (step.act) {
      case 'start':
        if (
          await host.start(
            step.n % 4 === 0 ? { kind: 'rows', from: 2 + (step.m % 10), to: 5 + (step.m % 10) } : { kind: 'full' },
          )
        )
          count('start');
        break;
      case 'step':
        for (let n = 1 + (step.n % 5); n > 0; n--) if (!(await host.step())) break;
        break;
      case 'finish':
        await host.finish();
        break;
      case 'kill':
        if (host.running) count('kill');
        host.kill();
        break;
      case 'delete':
      case 'restore': {
        this.oracle.decided = true;
        const path = `/v1/links/${this.world.link.id}/missing`;
        const { status, body } = await this.world.request('POST', path, { decision: step.act });
        if (status < 300) count(step.act);
        else if (status >= 500 && !this.world.excuses(status))
          this.oracle.violations.push(`decide was answered with ${status} ${JSON.stringify(body)}`);
        break;
      }
      default:
        if (await this.person.act(step.act, step.n, step.m)) count('person');
    }
  }

  /** No more trouble: the run under way ends, and what a person sees to be wrong is put right. */
  async calmDown(): Promise<void> {
    await this.host.finish();
    this.person.repair();
  }

  /** What it knows that the first one must know too, and the other way round. */
  share(first: Oracle): void {
    const { oracle } = this;
    oracle.fewValues = first.fewValues;
    oracle.mayDelete = first.mayDelete;
    oracle.noLastWord = first.noLastWord ||= oracle.noLastWord;
    oracle.decided = first.decided ||= oracle.decided;
    first.violations.push(...oracle.violations, ...this.network.surprises);
    oracle.violations.length = 0;
  }
}
