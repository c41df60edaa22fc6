import { calmed } from './calm.ts';
import { Random } from './random.ts';
import type { FaultKind, SimStep } from './schedule.ts';

/** What applications do to a related table, and to the table's own definition. */
export const relatedActs = ['relabel', 'repeatLabel', 'moveOwner', 'addOwner', 'dropOwner'] as const;
export type RelatedAct = (typeof relatedActs)[number];
export const schemaActs = ['relaxCheck', 'dropColumn'] as const;
export type SchemaAct = (typeof schemaActs)[number];

/** Steps for what a link can be set to, and for faults of the platforms. */
export type LinkStep =
  /** A person sets the link's filter, or how a foreign key is shown. */
  | { do: 'options'; n: number }
  /** Every column goes by *latest*, the link by what decides where that proves nothing. */
  | { do: 'latest'; fallback: 'sheet' | 'table' }
  /** A Google service fails at the n-th call from now, halfway through what it was asked for. */
  | { do: 'quota'; calls: number };

export const linkAdversities: readonly string[] = [
  ...[...relatedActs, ...schemaActs].map((act) => `application:${act}`),
  ...['options:filter', 'options:label', 'replaced', 'replace:refused', 'replace:asks', 'replace:confirmed'],
  ...['latest:sheet', 'latest:table', 'google:broken:read', 'google:broken:write'],
  ...['readSheet', 'writeBlocks', 'insertRows', 'deleteRows', 'markCells'].map((effect) => `quota:${effect}`),
  ...['calm', 'restart:server', 'serverDies:sync', 'serverDies:push', 'serverDies:ack'],
];

const NUMBERS = 1 << 20;

/** Decisions about single rows. */
const NOT_OF_REPLACED: ReadonlySet<SimStep['do']> = new Set(['sidebar', 'decide', 'retry']);

/** Of schedules of plain tables: those without faults, in which writes are counted. */
const CALM_SHARE = 0.08;

/** Of schedules that a restart of the server is possible in: they are dear. */
const RESTART_SHARE = 0.006;

/** Puts such steps between those of a schedule, by chance of their own: what the seed did before, it does still. */
export function widenLinks(steps: readonly SimStep[], seed: number, faults: ReadonlySet<FaultKind>): SimStep[] {
  const random = new Random(seed ^ 0x3c11);
  const [setup] = steps;
  const profile = setup?.do === 'setup' ? setup.profile : undefined;
  if (profile === 'plain' && new Random(seed ^ 0xca1a).chance(CALM_SHARE)) return calmed(steps);
  const withQuota = faults.has('quota') && random.chance(0.25);
  const withLatest = faults.has('people') && random.chance(0.12);
  const withSchema = faults.has('schema') && random.chance(0.05);
  const withRestart = faults.has('server') && random.chance(RESTART_SHARE);
  const numbers = () => ({ n: random.int(NUMBERS), m: random.int(NUMBERS) });
  const more = (step: SimStep): SimStep[] => {
    const made: SimStep[] = [];
    if (
      (profile === 'filtered' || profile === 'labelled' || profile === 'replaced') &&
      faults.has('people') &&
      random.chance(0.04)
    ) {
      made.push({ do: 'options', n: random.int(NUMBERS) });
    }
    if (profile === 'labelled' && random.chance(0.15)) {
      const act = random.weighted(relatedActs.map((one) => [one, one === 'dropOwner' ? 0.5 : 1] as const));
      made.push({ do: 'application', act, ...numbers() });
    }
    if (withSchema && random.chance(0.05)) {
      const act = random.weighted([
        ['relaxCheck', 2],
        ['dropColumn', 1],
      ] as const);
      made.push({ do: 'application', act, ...numbers() });
    }
    if (withQuota && random.chance(0.06)) made.push({ do: 'quota', calls: random.int(12) });
    if (withQuota && step.do === 'rest' && random.chance(0.1)) made.push({ do: 'google', fault: 'broken' });
    if (withRestart && random.chance(0.06)) {
      made.push(
        random.chance(0.3)
          ? { do: 'restart', what: 'server' }
          : { do: 'fault', fault: { kind: 'serverDies', statements: 1 + random.int(24) } },
      );
    }
    return made;
  };
  return steps.flatMap((step) => {
    if (profile === 'replaced' && NOT_OF_REPLACED.has(step.do)) return [];
    if (step.do !== 'setup') return [step, ...more(step)];
    if (!withLatest || profile === 'replaced' || step.firstSync !== null) return [step];
    return [step, { do: 'latest' as const, fallback: random.chance(0.5) ? ('sheet' as const) : ('table' as const) }];
  });
}

/** Whether a schedule needs a server that may be stopped. */
export function restartsServer(steps: readonly SimStep[]): boolean {
  return steps.some(
    (step) =>
      (step.do === 'restart' && step.what === 'server') || (step.do === 'fault' && step.fault.kind === 'serverDies'),
  );
}
