import type { Network } from './network.ts';
import { Network as OwnNetwork } from './network.ts';
import { Oracle } from './oracle.ts';
import { Person } from './person.ts';
import type { CopyStep } from './schedule-rows.ts';
import { SimHost, type Properties } from './sim-host.ts';
import { OWNER, type World } from './world.ts';

/** Numbers that nobody else's values are made of. */
const OWN_NUMBERS = 800_000;

interface Copy {
  world: World;
  host: SimHost;
  person: Person;
  oracle: Oracle;
}

/**
 * A copy of the spreadsheet, with its properties, its developer metadata and its triggers: people edit it, its runs
 * begin, and none may write anything, here or there (R3).
 */
export class CopiedWorkbook {
  private copy: Copy | null = null;
  private made = 0;

  constructor(
    private readonly world: World,
    private readonly beside: Network,
    private readonly oracle: Oracle,
    private readonly properties: Properties,
    /** Everything that must stay as it is: both sides of the original, and the journal. */
    private readonly fingerprint: () => Promise<string>,
  ) {}

  async act({ act, n, m, of }: CopyStep): Promise<void> {
    const count = (what: string) => this.beside.count(`copy:${what}`);
    if (of === 'make') {
      this.make();
      count('make');
    } else if (this.copy === null) return;
    else if (of === 'edit') {
      if (await this.copy.person.act(act, n, m)) count('edit');
    } else if (await this.runs(n)) count('run');
  }

  private make(): void {
    const { world } = this;
    const id = `${world.link.spreadsheet}-copy-${++this.made}`;
    const workbook = world.workbook.copy({
      id,
      owner: OWNER,
      timeZone: world.workbook.timeZone,
      now: world.workbook.now,
    });
    const through = world.through({ workbook, tabId: world.tab.id, link: { ...world.link, spreadsheet: id } });
    const network = new OwnNetwork(through);
    network.holdsTransaction = () => this.beside.holdsTransaction();
    network.blocked = () => this.beside.blocked();
    const oracle = new Oracle();
    let counter = OWN_NUMBERS;
    this.copy = {
      world: through,
      host: new SimHost(through, network, oracle, structuredClone(this.properties), `copy-${this.made}`),
      person: new Person(through, oracle, () => ++counter),
      oracle,
    };
  }

  private async runs(n: number): Promise<boolean> {
    const { host, world } = this.copy!;
    const { violations } = this.oracle;
    const before = [await this.fingerprint(), JSON.stringify(world.workbook.snapshot())];
    const edited = n % 3 === 0;
    if (!(await host.start(edited ? { kind: 'rows', from: 2, to: 6 } : { kind: 'full' }))) return false;
    await host.finish();
    const report = host.reports.at(-1);
    const after = [await this.fingerprint(), JSON.stringify(world.workbook.snapshot())];
    if (before[0] !== after[0]) violations.push('[R3] a run of a copied spreadsheet changed something in the original');
    if (before[1] !== after[1]) violations.push('[R3] a run of a copied spreadsheet wrote in the copy');
    // After an edit of a tab that replaces its table nobody is asked anything, so nobody refuses.
    if (report?.outcome !== 'failed' && !(edited && world.profile.replace))
      violations.push(`[R3] a copied spreadsheet was synced: ${JSON.stringify(report)}`);
    return true;
  }

  /** R3: nothing that was typed in the copy stands anywhere else. */
  judge(elsewhere: string): void {
    for (const { value } of this.copy?.oracle.intents.values() ?? []) {
      if (elsewhere.includes(value)) this.oracle.violations.push(`[R3] ${value}, typed in a copy, is in the original`);
    }
  }
}
