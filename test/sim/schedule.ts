import type { SendFault } from './network.ts';
import { profileNames, profileOfSeed } from './profiles.ts';
import { Random } from './random.ts';
import { linkAdversities, widenLinks, type LinkStep, type RelatedAct, type SchemaAct } from './schedule-links.ts';
import { playRows, rowAdversities, type RowAct, type RowStep } from './schedule-rows.ts';
import { widen, wideAdversities, type WideStep } from './schedule-wide.ts';

/**
 * A schedule is a plain list of steps whose numbers are taken modulo what there is when they are played. So any part of
 * a schedule is a schedule too, and a failing one can be shrunk by leaving steps out.
 */
export type PersonAct =
  | 'type'
  | 'clear'
  | 'addRow'
  | 'deleteRow'
  | 'sort'
  | 'insertRow'
  | 'moveRow'
  | 'typeSame'
  | 'refused'
  | 'pasteRow'
  | 'editKey'
  | 'partialSort'
  | 'moveColumn'
  | 'insertColumn'
  | 'renameHeader'
  | 'formula'
  | 'errorValue'
  | 'clearRows'
  | 'keyForm'
  | 'swapKeys'
  | 'undo'
  | 'deleteColumn'
  | 'sortHeader'
  | 'renameTab'
  | 'protect'
  | 'cutPaste'
  | 'replaceAll'
  | 'deleteHeader'
  | 'breakKey'
  | 'version'
  | RowAct;
export type ApplicationAct =
  | 'update'
  | 'updateMany'
  | 'insert'
  | 'delete'
  | 'upsert'
  | 'backAndForth'
  | 'formulaText'
  | 'noteTaken'
  | 'truncate'
  | 'beginLate'
  | 'commitLate'
  | 'rekey'
  | 'hidden'
  | 'addColumn'
  | 'retypeColumn'
  | RelatedAct
  | SchemaAct
  | 'softDelete'
  | 'revive';

/** How the link is set; a schedule without one has Tandem's defaults and unique values. */
export interface Setup {
  do: 'setup';
  /** Which kind of table; see profiles.ts. */
  profile?: string;
  policy: 'table' | 'sheet' | 'latest' | 'ask';
  missingMode: 'confirm' | 'automatic' | 'soft' | 'off';
  /** What becomes of rows that the table deleted; they are removed unless it says otherwise. */
  removedMode?: 'remove' | 'archive' | 'mark' | 'off';
  /** Few values that repeat find other bugs than unique ones, but tell nothing about who wrote what. */
  fewValues: boolean;
  /** A trigger of the table writes names in capitals. */
  capitals: boolean;
  /** The link is new: preview, plan and first sync are part of the schedule, with this winner. */
  firstSync: 'sheet' | 'table' | null;
}

export type SimStep =
  | Setup
  | { do: 'person'; act: PersonAct; n: number; m: number }
  | { do: 'application'; act: ApplicationAct; n: number; m: number }
  | { do: 'start'; rows?: number }
  | { do: 'step'; effects: number }
  | { do: 'finish' }
  | { do: 'kill' }
  | { do: 'fault'; fault: SendFault }
  | { do: 'late'; n: number }
  | { do: 'clock'; seconds: number }
  | { do: 'wipe'; what: 'memo' | 'mapping' | 'both' }
  | { do: 'startLink' }
  | { do: 'copyRuns' }
  | { do: 'decide'; decision: 'restore' | 'delete' }
  | { do: 'retry' }
  | WideStep
  | LinkStep
  | RowStep;

/** What may go wrong; `--faults` chooses. */
export const faultKinds = [
  'kill',
  'network',
  'hub',
  'structure',
  'identity',
  'deletes',
  'schema',
  'memory',
  'errors',
  'hosts',
  'people',
  'quota',
  'server',
] as const;
export type FaultKind = (typeof faultKinds)[number];

const PERSON: readonly (readonly [PersonAct, number, FaultKind | null])[] = [
  ['type', 10, null],
  ['clear', 1, null],
  ['addRow', 3, null],
  ['typeSame', 1, null],
  ['deleteRow', 1.5, 'deletes'],
  ['clearRows', 0.3, 'deletes'],
  ['sort', 1.5, 'structure'],
  ['insertRow', 1, 'structure'],
  ['moveRow', 1, 'structure'],
  ['moveColumn', 0.5, 'structure'],
  ['insertColumn', 0.4, 'structure'],
  ['renameHeader', 0.4, 'structure'],
  ['renameTab', 0.2, 'structure'],
  ['pasteRow', 0.7, 'identity'],
  ['editKey', 0.6, 'identity'],
  ['swapKeys', 0.3, 'identity'],
  ['keyForm', 0.5, 'identity'],
  ['partialSort', 0.3, 'identity'],
  ['undo', 1, null],
  ['refused', 1, 'errors'],
  ['formula', 0.5, 'errors'],
  ['errorValue', 0.5, 'errors'],
  ['protect', 0.3, 'errors'],
  ['deleteColumn', 0.2, 'schema'],
  ['sortHeader', 0.2, 'schema'],
  ['version', 1, 'memory'],
];

const APPLICATION: readonly (readonly [ApplicationAct, number, FaultKind | null])[] = [
  ['update', 8, null],
  ['updateMany', 2, null],
  ['insert', 3, null],
  ['upsert', 1, null],
  ['backAndForth', 1, null],
  ['delete', 1.5, 'deletes'],
  ['truncate', 0.15, 'deletes'],
  ['formulaText', 0.5, 'errors'],
  ['noteTaken', 0.7, 'errors'],
  ['beginLate', 0.7, null],
  ['commitLate', 1, null],
  ['rekey', 0.5, 'identity'],
  ['addColumn', 0.15, 'schema'],
  ['retypeColumn', 0.15, 'schema'],
];

/** Adversities that a long run must reach, as coverage counts them. */
export const adversities: readonly string[] = [
  ...PERSON.map(([act]) => `person:${act}`),
  ...['cutPaste', 'replaceAll', 'deleteHeader', 'breakKey'].map((act) => `person:${act}`),
  ...APPLICATION.map(([act]) => `application:${act}`),
  'application:hidden',
  ...['lostRequest', 'lostReply', 'late', 'duplicate', 'hubDied'].flatMap((kind) =>
    ['sync', 'push', 'ack'].map((name) => `${kind}:${name}`),
  ),
  ...['readSheet', 'send', 'remember', 'writeBlocks', 'insertRows', 'deleteRows', 'markCells'].map(
    (effect) => `kill:${effect}`,
  ),
  ...['lateRequest', 'oldRequestAgain', 'lockHeld', 'hubWaitsForApplication', 'timedOut', 'copyRuns', 'retry'],
  ...['wipe:memo', 'wipe:mapping', 'decide:restore', 'decide:delete', 'capitals', 'fewValues', 'firstSync:table'],
  ...wideAdversities,
  ...linkAdversities,
  ...rowAdversities,
  ...profileNames.map((name) => `profile:${name}`),
];

const NUMBERS = 1 << 20;
/** Added to the weight of a favoured act; the most usual one has 10. */
const FAVOURED = 10;

/** The schedule of a seed, on a kind of table that the seed chooses unless it is given. */
export function makeSchedule(
  seed: number,
  faults: ReadonlySet<FaultKind>,
  profileName?: string,
  bundle = false,
  /** Acts that come far more often than else. */
  favoured: readonly (PersonAct | ApplicationAct)[] = [],
): SimStep[] {
  const random = new Random(seed);
  const often = new Set<string>(favoured);
  const allowed = <T extends string>(entries: readonly (readonly [T, number, FaultKind | null])[]) =>
    entries
      .filter(([, , kind]) => kind === null || faults.has(kind))
      .map(([act, weight]) => [act, often.has(act) ? weight + FAVOURED : weight] as const);
  const persons = allowed(PERSON);
  const applications = allowed(APPLICATION);
  const numbers = () => ({ n: random.int(NUMBERS), m: random.int(NUMBERS) });
  const outside = (): SimStep =>
    random.chance(0.55)
      ? { do: 'person', act: random.weighted(persons), ...numbers() }
      : { do: 'application', act: random.weighted(applications), ...numbers() };
  const fault = (): SimStep[] => {
    if (faults.has('network') && random.chance(0.35)) {
      const kind = random.weighted([
        ['lostRequest', 1],
        ['lostReply', 2],
        ['late', 1],
        ['duplicate', 1],
      ] as const);
      // Most faults hit one try and the next gets through; some hit them all.
      return Array.from({ length: random.chance(0.25) ? 3 : 1 }, () => ({ do: 'fault', fault: { kind } }));
    }
    if (faults.has('hub') && random.chance(0.15)) {
      return [{ do: 'fault', fault: { kind: 'hubDies', statements: random.int(24) } }];
    }
    return [];
  };

  const steps: SimStep[] = [
    {
      do: 'setup',
      profile: profileName ?? profileOfSeed(seed),
      policy: random.chance(0.3) ? 'sheet' : 'table',
      missingMode: faults.has('deletes')
        ? random.weighted([
            ['confirm', 5],
            ['automatic', 4],
            ['off', 1],
          ] as const)
        : 'confirm',
      fewValues: random.chance(0.2),
      capitals: random.chance(0.15),
      firstSync: random.chance(0.06) ? (random.chance(0.5) ? 'sheet' : 'table') : null,
    },
  ];
  const rounds = 4 + random.int(5);
  for (let round = 0; round < rounds; round++) {
    for (let n = 1 + random.int(4); n > 0; n--) steps.push(outside());
    if (faults.has('memory') && random.chance(0.06)) {
      steps.push({
        do: 'wipe',
        what: random.weighted([
          ['memo', 1],
          ['mapping', 1],
          ['both', 1],
        ] as const),
      });
    }
    if (faults.has('memory') && random.chance(0.04)) steps.push({ do: 'copyRuns' });
    if (faults.has('deletes') && random.chance(0.12)) {
      steps.push({ do: 'decide', decision: random.chance(0.5) ? 'restore' : 'delete' });
    }
    if (faults.has('errors') && random.chance(0.06)) steps.push({ do: 'retry' });
    steps.push(random.chance(0.25) ? { do: 'start', rows: random.int(NUMBERS) } : { do: 'start' });
    for (let n = random.int(5); n > 0; n--) {
      steps.push(...fault());
      steps.push({ do: 'step', effects: 1 + random.int(5) });
      // A trigger fires while a run is under way.
      if (random.chance(0.1)) steps.push({ do: 'start' });
      if (random.chance(0.8)) steps.push(outside());
    }
    steps.push(...fault());
    if (faults.has('kill') && random.chance(0.2)) {
      steps.push({ do: 'step', effects: 1 + random.int(9) }, { do: 'kill' });
    } else if (random.chance(0.9)) steps.push({ do: 'finish' });
    if (random.chance(0.3)) steps.push({ do: 'startLink' });
    if (faults.has('network') && random.chance(0.2)) steps.push({ do: 'late', n: random.int(NUMBERS) });
    steps.push({
      do: 'clock',
      seconds: random.weighted([
        [20, 3],
        [70, 3],
        [200, 2],
        [4000, 0.5],
      ] as const),
    });
  }
  // Which reading was a scan can't be told from outside the add-on, so what a delete needs is not judged there.
  if (bundle && steps[0]?.do === 'setup' && steps[0].missingMode === 'automatic') steps[0].missingMode = 'confirm';
  const wide = widenLinks(widen(steps, seed, faults, favoured), seed, faults);
  return bundle ? wide : playRows(wide, seed, faults);
}
