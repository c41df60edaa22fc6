import type { CycleMode } from '../../shared/cycle/cycle.ts';
import { AUDIT_EVERY_MS } from '../../api/sync/audit.ts';
import { LEASE_MS } from '../../api/sync/lease.ts';
import type { Ablation } from './ablation/ablation.ts';
import { isCalm } from './calm.ts';
import { BundleHost } from './bundle-host.ts';
import type { BundleLab } from './bundle-lab.ts';
import { Applications } from './applications.ts';
import { CopiedWorkbook } from './copied-workbook.ts';
import { checkInvariants, readTruth } from './invariants.ts';
import { checkLatest, checkWrites } from './link-checks.ts';
import { changeOptions, chooseLatest } from './link-options.ts';
import { Network } from './network.ts';
import { Oracle } from './oracle.ts';
import { Person } from './person.ts';
import { RestHost } from './rest-host.ts';
import type { Setup, SimStep } from './schedule.ts';
import { checkAtRest, checkRefusals, readRefused, retryRefused, tryAgain } from './rest-checks.ts';
import { checkRemoved } from './row-checks.ts';
import { checkShown } from './shown-checks.ts';
import { RenameWatch } from './rename-watch.ts';
import { ReplaceWatch } from './replace-watch.ts';
import { SecondLink } from './second-link.ts';
import { Sidebar } from './sidebar.ts';
import { SimHost, type Properties } from './sim-host.ts';
import type { World } from './world.ts';

export interface Played {
  violations: string[];
  /** How often each adversity was reached. */
  coverage: Map<string, number>;
  intents: number;
  /** Values that fell into the write window: the one published exception, counted. */
  windowLosses: number;
  /** Cycles until quiet after the last adversity. */
  settling: number;
}

/** More full cycles than this, some minutes apart, and the system is not coming to rest (I7). */
const SETTLE_CYCLES = 15;
const SETTLE_PAUSE_MS = 130_000;

/** What a schedule needs of a host: runs that stop wherever something else may happen. */
export interface Host {
  readonly running: boolean;
  /** What the run does next. */
  readonly doing: string | null;
  /** Of runs that came to their end. */
  readonly reports: readonly { outcome: string; message?: string | null | undefined }[];
  readonly cellsWritten: number;
  start(mode: CycleMode): Promise<boolean>;
  step(): Promise<boolean>;
  finish(): Promise<void>;
  kill(): Promise<void> | void;
  wipe(what: 'memo' | 'mapping' | 'both'): void;
  /** A Google service fails after so many calls more; null: none does. */
  failAfter(calls: number | null): void;
}

/**
 * Plays a schedule from the linked state, brings it to rest without faults, and judges; `without` takes a rule away,
 * with a `lab` the built add-on is the host.
 */
export async function playSchedule(
  world: World,
  steps: readonly SimStep[],
  without: Ablation = {},
  lab: BundleLab | null = null,
): Promise<Played> {
  let since = performance.now();
  const setup = steps.find((step) => step.do === 'setup');
  await world.reset((setup?.firstSync ?? null) !== null, setup?.profile);
  if (setup?.capitals) await world.addCapitalsTrigger();
  world.spend('reset', since);
  since = performance.now();
  let counter = 0;
  const fresh = () => ++counter;
  const oracle = new Oracle();
  oracle.now = () => world.clock.ms;
  const network = new Network(world, without);
  const properties: Properties = { memo: null, mapping: structuredClone(world.link.mapping) };
  const host: Host = lab
    ? await BundleHost.open(world, network, oracle, lab)
    : new SimHost(world, network, oracle, properties, 'run', without);
  const rest = new RestHost(world, network, oracle);
  const sidebar = new Sidebar(world, network, oracle);
  const person = new Person(world, oracle, fresh);
  const applications = new Applications(world, oracle, person, fresh);
  network.application = (act, n, m) => applications.act(act, n, m);
  network.holdsTransaction = () => applications.holdsTransaction;
  network.blocked = () => applications.commitLate();
  network.unheardHint = () => {
    oracle.gaveWay = false;
  };
  world.beforeRestart = () => applications.abortLate();
  const count = (what: string) => network.count(what);

  const beside = world.second;
  const second = beside && !lab ? new SecondLink(beside, oracle, network, fresh) : null;
  const copy = new CopiedWorkbook(world, network, oracle, properties, () => fingerprint(world));
  const watch = world.profile.replace ? new ReplaceWatch(world, applications, network, oracle) : null;
  const renames = new RenameWatch(world, oracle, () => !host.running && network.armed.length === 0);
  await watch?.look();
  for (const step of steps) {
    renames.beforeStep(step);
    switch (step.do) {
      case 'setup':
        await setLink(world, step);
        oracle.fewValues = step.fewValues;
        oracle.mayDelete = step.missingMode === 'automatic' || step.missingMode === 'soft';
        oracle.noLastWord = step.firstSync !== null || step.capitals;
        count(`profile:${step.profile ?? 'plain'}`);
        count(`policy:${step.policy}`);
        count(`missing:${step.missingMode}`);
        count(`removed:${step.removedMode ?? 'remove'}`);
        if (step.fewValues) count('fewValues');
        if (step.capitals) count('capitals');
        if (step.firstSync) count(`firstSync:${step.firstSync}`);
        break;
      case 'person':
        if (await person.act(step.act, step.n, step.m)) count(`person:${step.act}${during(host)}`);
        break;
      case 'application':
        if (await applications.act(step.act, step.n, step.m)) count(`application:${step.act}${during(host)}`);
        break;
      case 'start': {
        const first = 2 + ((step.rows ?? 0) % 14);
        const started = await host.start(
          step.rows === undefined ? { kind: 'full' } : { kind: 'rows', from: first, to: first + 3 },
        );
        count(started ? `start:${step.rows === undefined ? 'full' : 'rows'}` : 'lockHeld');
        break;
      }
      case 'step':
        // An effect takes the add-on several calls of a service.
        for (let n = 0; n < step.effects * (lab ? 4 : 1); n++) if (!(await host.step())) break;
        break;
      case 'finish':
        await host.finish();
        break;
      case 'kill':
        if (host.running) count(`kill:${host.doing}`);
        await host.kill();
        break;
      case 'fault':
        network.armed.push(step.fault);
        break;
      case 'late':
        await network.deliverLate(step.n);
        break;
      case 'clock':
        world.clock.advance(step.seconds * 1000);
        break;
      case 'wipe':
        if (host.running) break;
        host.wipe(step.what);
        count(`wipe:${step.what}`);
        break;
      case 'startLink':
        if (setup?.firstSync) await startLink(world, setup.firstSync, oracle);
        break;
      case 'copyRuns':
        count('copyRuns');
        await copyRuns(world, oracle, without);
        break;
      case 'decide': {
        const { status, body } = await network.whileUnblocked(
          world.request('POST', `/v1/links/${world.link.id}/missing`, { decision: step.decision }),
        );
        oracle.decided ||= status < 300;
        if (status < 300) count(`decide:${step.decision}`);
        else if (status >= 500 && !world.excuses(status))
          oracle.violations.push(`decide was answered with ${status} ${JSON.stringify(body)}`);
        break;
      }
      case 'rest':
        if (step.act === 'start') await rest.start();
        else if (step.act === 'finish') await rest.finish();
        else if (step.act === 'kill') rest.kill();
        else if (step.act === 'resume') {
          if (await rest.resume(step.n)) count('restResume');
        } else for (let n = 1 + (step.n % 4); n > 0; n--) if (!(await rest.step())) break;
        break;
      case 'google':
        rest.armed.push(step.fault);
        break;
      case 'sidebar':
        await sidebar.act(step.act, step.n, step.m);
        break;
      case 'restart':
        if (step.what === 'connections') await applications.commitLate();
        await (step.what === 'server' ? world.restartServer() : world.breakConnections());
        count(`restart:${step.what}`);
        break;
      case 'options':
        await changeOptions(world, network, oracle, step.n);
        break;
      case 'latest':
        await chooseLatest(world, oracle, step.fallback);
        break;
      case 'quota':
        host.failAfter(step.calls);
        break;
      case 'second':
        await second?.act(step);
        break;
      case 'copy':
        if (!lab) await copy.act(step);
        break;
      case 'newForm':
        await changeForm(world);
        count('newForm');
        break;
      case 'retry':
        if (await tryAgain(world, oracle)) count('retry');
        break;
    }
    await watch?.look();
    await renames.afterStep();
  }

  network.armed = [];
  host.failAfter(null);
  await applications.commitLate();
  while (network.delayed.length > 0) await network.deliverLate(0);
  await host.finish();
  await watch?.look();
  rest.armed = [];
  await rest.finish();
  while (await rest.resume(0));
  // The lease of a run that died has run out.
  if (rest.used) world.clock.advance(2 * LEASE_MS);
  if (sidebar.paused) await sidebar.act('resume', 0, 0);
  await watch?.look();
  person.repair();
  await second?.calmDown();
  await watch?.look();
  if (setup?.firstSync) {
    // Whatever became of the plan: it is made once more, and started.
    world.clock.advance(SETTLE_PAUSE_MS);
    await host.start({ kind: 'full' });
    await host.finish();
    await startLink(world, setup.firstSync, oracle);
  }
  // An audit is due.
  if (oracle.passedTriggers) world.clock.advance(AUDIT_EVERY_MS);
  const settling = await settle(world, host, oracle, second);
  await watch?.look();
  await checkLatest(world, oracle, network);
  if (setup && steps.every(isCalm)) {
    count('calm');
    await checkWrites(world, host, oracle);
  }
  // The constraint that refused them is gone: nobody has to ask.
  if (world.relaxed) await checkRefusals(world, oracle, await readRefused(world), 'R37');
  const refused = await retryRefused(world, host, oracle);
  if (second) await retryRefused(second.world, second.host, second.oracle);
  if (second) await settle(world, host, oracle, second);
  oracle.violations.push(...network.surprises);
  // What is neither reset nor check is the playing; the hub's share of it is told apart.
  const hub = world.spent['hub'] ?? 0;
  world.spend('playing', since + hub);
  since = performance.now();
  if (watch) await watch.judge();
  else {
    second?.share(oracle);
    await checkRest(world, oracle, second ? await readRefused(world) : refused);
  }
  if (second) {
    await checkRest(second.world, second.oracle, await readRefused(second.world));
    second.share(oracle);
  }
  copy.judge(await fingerprint(world));
  world.spend('check', since);
  return {
    violations: oracle.violations,
    coverage: network.happened,
    intents: oracle.intents.size,
    windowLosses: oracle.windowLosses.size + oracle.strayWrites.size,
    settling,
  };
}

async function checkRest(world: World, oracle: Oracle, refused: Parameters<typeof checkRefusals>[2]): Promise<void> {
  await checkInvariants(world, oracle);
  await checkRefusals(world, oracle, refused);
  await checkAtRest(world, oracle);
  await checkShown(world, oracle);
  await checkRemoved(world, oracle);
}

/** Full cycles, some minutes apart, until one changes nothing on either side. */
async function settle(world: World, host: Host, oracle: Oracle, second: SecondLink | null): Promise<number> {
  const hosts = [host, ...(second ? [second.host] : [])];
  const written = () => hosts.reduce((sum, { cellsWritten }) => sum + cellsWritten, 0);
  const look = async () => (await fingerprint(world)) + (second ? await fingerprint(second.world) : '');
  let before = await look();
  let calm = 0;
  for (let cycle = 1; cycle <= SETTLE_CYCLES; cycle++) {
    world.clock.advance(SETTLE_PAUSE_MS);
    const writtenBefore = written();
    for (const one of hosts) {
      await one.start({ kind: 'full' });
      await one.finish();
      const report = one.reports.at(-1);
      if (report?.outcome === 'failed') {
        oracle.violations.push(`[I7] a cycle without faults failed: ${report.message}`);
        return cycle;
      }
    }
    const after = await look();
    calm = after === before && written() === writtenBefore ? calm + 1 : 0;
    if (calm === 2) return cycle;
    before = after;
  }
  oracle.violations.push(`[I7] not quiet after ${SETTLE_CYCLES} cycles without faults`);
  return SETTLE_CYCLES;
}

/** Everything of both sides, and how much the journal holds. */
async function fingerprint(world: World): Promise<string> {
  const { table, sheet, journal } = await readTruth(world);
  return JSON.stringify([[...table], sheet.map(({ cells }) => cells), journal.length]);
}

/** The link as the schedule wants it. */
async function setLink({ sql, profile }: World, { policy, missingMode, removedMode }: Setup): Promise<void> {
  await sql`
    UPDATE tandem.link
       SET policy = ${policy}, missing_mode = ${missingMode}, removed_mode = ${removedMode ?? 'remove'},
           soft_delete_attnum = (SELECT attnum FROM pg_attribute
                                  WHERE attrelid = relation AND attname = ${profile.soft?.column ?? null}::text)`;
}

/** Digests as a former version of Tandem made them of the same cells: none is what this one makes of a row. */
async function changeForm({ sql }: World): Promise<void> {
  await sql`UPDATE tandem."row" SET seen_hi = seen_hi # 1234567, seen_lo = seen_lo # 7654321`;
  await sql`UPDATE tandem.offer SET hash_after = reverse(hash_after)`;
}

/** A plan that is not complete yet is refused; that is no violation. */
async function startLink(world: World, winner: 'sheet' | 'table', oracle: Oracle): Promise<void> {
  const { status, body } = await world.request('POST', `/v1/links/${world.link.id}/start`, { winner });
  if (world.excuses(status)) await startLink(world, winner, oracle);
  else if (status >= 500 || status === 400)
    oracle.violations.push(`start was answered with ${status} ${JSON.stringify(body)}`);
}

const during = (host: Host): string => (host.running ? `@${host.doing}` : '');

/** A copy of the spreadsheet still knows the link: the hub must refuse it, and nothing may change. */
async function copyRuns(world: World, oracle: Oracle, { copies }: Ablation): Promise<void> {
  const before = await fingerprint(world);
  const epoch = await world.sql`SELECT epoch, last_seq FROM tandem.link`;
  const message = {
    link: world.link.id,
    spreadsheet: copies ? world.link.spreadsheet : 'a-copy',
    run: 'copy',
    mapFingerprint: world.link.mapping.fingerprint,
    ifEpoch: Number(epoch[0]!['epoch']),
    scope: 'rows',
    rows: [{ key: '1', hash: '0000000000000000', cells: { c1: 1, c2: 'from a copy', c3: 1, c4: 'copy' } }],
    missing: [],
  };
  const { status } = await world.request('POST', '/v1/push', message);
  if (status !== 403 && !world.excuses(status))
    oracle.violations.push(`[I5] a copied spreadsheet was answered with ${status}`);
  if ((await fingerprint(world)) !== before) oracle.violations.push('a copied spreadsheet changed something');
}
