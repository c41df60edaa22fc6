import { Random } from './random.ts';
import type { SendFault } from './network.ts';
import type { GoogleFault } from './rest-host.ts';
import type { FaultKind, Setup, SimStep } from './schedule.ts';
import { sidebarActs, type SidebarAct } from './sidebar.ts';

/** Further steps: more hosts, more decisions, more that breaks. */
export type WideStep =
  | { do: 'rest'; act: 'start' | 'step' | 'finish' | 'kill' | 'resume'; n: number }
  | { do: 'google'; fault: GoogleFault }
  | { do: 'sidebar'; act: SidebarAct; n: number; m: number }
  | { do: 'restart'; what: 'connections' | 'server' };

export const wideAdversities: readonly string[] = [
  ...sidebarActs.map((act) => `sidebar:${act}`),
  ...['rest:done', 'rest:busy', 'restResume', 'restKill:read', 'restKill:write', 'restKill:hub'],
  ...['google:lost:write', 'google:lostReply:write', 'google:busy:write', 'google:down:read'],
  ...['update', 'insert', 'delete', 'upsert', 'commitLate'].map((act) => `between:${act}`),
  ...['policy:latest', 'policy:ask', 'restart:connections'],
];

const NUMBERS = 1 << 20;

/**
 * Puts further steps between those of a schedule, by chance of their own: what the seed did before, it does still. Not
 * every schedule gets all of them; the dear ones are rarer.
 */
export function widen(
  steps: readonly SimStep[],
  seed: number,
  faults: ReadonlySet<FaultKind>,
  favoured: readonly string[] = [],
): SimStep[] {
  const random = new Random(seed ^ 0x71de);
  const withRest = faults.has('hosts') && random.chance(0.2);
  const withSidebar = faults.has('people') && random.chance(0.3);
  const withBetween = faults.has('hub') && random.chance(0.3);
  const withRestarts = faults.has('hub') && random.chance(0.06);
  const odd = new Random(seed ^ 0x0dd);
  const withOdd = odd.chance(0.12) || favoured.includes('hidden') || favoured.includes('breakKey');
  const more = (): SimStep[] => {
    const made: SimStep[] = [];
    if (withRest && random.chance(0.25)) made.push(...restSteps(random, faults));
    if (withSidebar && random.chance(0.12)) {
      const act = random.weighted(
        sidebarActs.map((one) => [one, one === 'pause' ? 0.4 : one === 'resume' ? 0.8 : 1] as const),
      );
      made.push({ do: 'sidebar', act, n: random.int(NUMBERS), m: random.int(NUMBERS) });
    }
    if (withBetween && random.chance(0.15)) made.push({ do: 'fault', fault: betweenStatements(random) });
    if (faults.has('structure') && random.chance(0.012)) {
      const act = random.weighted([
        ['cutPaste', 3],
        ['replaceAll', 2],
        ['deleteHeader', faults.has('schema') ? 1 : 0],
      ] as const);
      made.push({ do: 'person', act, n: random.int(NUMBERS), m: random.int(NUMBERS) });
    }
    if (withOdd && odd.chance(0.1)) {
      const numbers = { n: odd.int(NUMBERS), m: odd.int(NUMBERS) };
      if (faults.has('schema') && odd.chance(0.5)) made.push({ do: 'application', act: 'hidden', ...numbers });
      else if (faults.has('identity')) made.push({ do: 'person', act: 'breakKey', ...numbers });
    }
    if (withRestarts && random.chance(0.1)) made.push({ do: 'restart', what: 'connections' });
    return made;
  };
  return steps.flatMap((step) => (step.do === 'setup' ? [widenSetup(step, random, withSidebar)] : [step, ...more()]));
}

function widenSetup(setup: Setup, random: Random, withSidebar: boolean): Setup {
  if (!withSidebar) return setup;
  const policy = random.weighted([
    [setup.policy, 2],
    ['latest', 1],
    ['ask', 1.5],
  ] as const);
  return { ...setup, policy };
}

/** Short acts that any moment allows. */
function betweenStatements(random: Random): SendFault {
  const act = random.weighted([
    ['update', 5],
    ['updateMany', 2],
    ['insert', 2],
    ['delete', 2],
    ['upsert', 2],
    ['backAndForth', 1],
    ['commitLate', 1],
    ['rekey', 0.5],
  ] as const);
  return { kind: 'between', statements: 1 + random.int(30), act, n: random.int(NUMBERS), m: random.int(NUMBERS) };
}

function restSteps(random: Random, faults: ReadonlySet<FaultKind>): SimStep[] {
  const fault = (): SimStep[] =>
    faults.has('network') && random.chance(0.15)
      ? [
          {
            do: 'google',
            fault: random.weighted([
              ['lost', 1],
              ['lostReply', 2],
              ['busy', 1],
              ['down', 1],
            ] as const),
          },
        ]
      : [];
  const act = random.weighted([
    ['start', 4],
    ['step', 5],
    ['finish', 3],
    ['kill', faults.has('kill') ? 0.7 : 0],
    ['resume', faults.has('kill') ? 0.7 : 0],
  ] as const);
  const steps: SimStep[] = [...fault(), { do: 'rest', act, n: random.int(NUMBERS) }];
  // A run that died keeps its lease for a while: somebody comes after that, too.
  if (act === 'kill' && random.chance(0.6)) steps.push({ do: 'clock', seconds: 480 });
  return steps;
}
