import { rowProfiles } from './profiles-rows.ts';
import { profileOf, type Profile } from './profiles.ts';
import { Random } from './random.ts';
import type { FaultKind, PersonAct, Setup, SimStep } from './schedule.ts';
import { rowSidebarActs, type RowSidebarAct } from './sidebar-rows.ts';

/** What people do with rows that refer to one another, and with values that only one of them may have. */
export type RowAct = 'swapValues' | 'childFirst' | 'addParent';

/** Further steps about rows: what becomes of those that are gone, re-keyed, or refer to others. */
export type RowStep =
  | { do: 'sidebar'; act: RowSidebarAct; n: number; m: number }
  /** A new version of Tandem writes values in another canonical form: every digest it kept is of no use. */
  | { do: 'newForm' }
  | SecondStep
  | CopyStep;

/** What people and the host of another tab do that is linked to the same table. */
export type SecondStep = {
  do: 'second';
  act: 'start' | 'step' | 'finish' | 'kill' | 'delete' | 'restore' | PersonAct;
  n: number;
  m: number;
};

/** A copy of the spreadsheet is made, edited as `act` says, or one of its triggers fires. */
export type CopyStep = { do: 'copy'; of: 'make' | 'edit' | 'run'; act: PersonAct; n: number; m: number };

const REMOVED_MODES = ['remove', 'archive', 'mark', 'off'] as const;

export const rowAdversities: readonly string[] = [
  ...rowSidebarActs.map((act) => `sidebar:${act}`),
  ...['swapValues', 'childFirst', 'addParent'].map((act) => `person:${act}`),
  ...['softDelete', 'revive'].map((act) => `application:${act}`),
  ...['confirm', 'automatic', 'soft', 'off'].map((mode) => `missing:${mode}`),
  ...REMOVED_MODES.map((mode) => `removed:${mode}`),
  ...['person', 'start', 'kill', 'delete', 'restore'].map((act) => `second:${act}`),
  ...['make', 'edit', 'run'].map((act) => `copy:${act}`),
  ...['newForm', 'kill:readArchive', 'kill:appendArchive'],
];

const NUMBERS = 1 << 20;

/** Puts steps about rows between those of a schedule, by chance of their own; see {@link widen}. */
export function playRows(steps: readonly SimStep[], seed: number, faults: ReadonlySet<FaultKind>): SimStep[] {
  const random = new Random(seed ^ 0x20e6);
  const removedMode = random.weighted([
    ['remove', 6],
    ['archive', 2],
    ['mark', 1],
    ['off', 1],
  ] as const);
  const withRows = random.chance(0.4);
  const withRenames = faults.has('identity') && faults.has('people') && random.chance(0.1);
  const withCopy = faults.has('memory') && random.chance(0.06);
  let copies = 0;
  const setup = steps.find((step) => step.do === 'setup');
  const profile = profileOf(setup?.profile);
  const acts = actsOn(profile, faults);
  const numbers = () => ({ n: random.int(NUMBERS), m: random.int(NUMBERS) });
  const more = (): SimStep[] => {
    const made: SimStep[] = [];
    if ((withRows || rowProfiles.includes(profile)) && acts.length > 0 && random.chance(0.12)) {
      made.push({ ...random.weighted(acts), ...numbers() } as SimStep);
    }
    if (withRenames && random.chance(0.08)) made.push(...renameSteps(random));
    if (faults.has('memory') && random.chance(0.002)) made.push({ do: 'newForm' });
    if (withCopy && random.chance(0.15)) made.push(...copySteps(random, copies++ === 0));
    if (profile.second !== undefined) {
      for (let n = random.int(3); n > 0; n--) made.push(secondStep(random, faults));
    }
    return made;
  };
  const played = steps.flatMap((step) =>
    // Both tabs would go back to the version.
    profile.second === 'tab' && step.do === 'person' && step.act === 'version'
      ? more()
      : step.do === 'setup'
        ? [setUp(step, profile, faults.has('deletes') ? removedMode : 'remove')]
        : [step, ...more()],
  );
  const archives = removedMode === 'archive' && faults.has('deletes') && faults.has('kill');
  return archives ? [...played, ...killedArchiving(seed)] : played;
}

/** A run that keeps a row in the archive tab dies about there. By a chance of its own, after all that the seed did. */
function killedArchiving(seed: number): SimStep[] {
  const random = new Random(seed ^ 0xa5c1);
  if (!random.chance(0.3)) return [];
  return [
    { do: 'finish' },
    { do: 'application', act: 'delete', n: random.int(NUMBERS), m: random.int(NUMBERS) },
    { do: 'start' },
    { do: 'step', effects: 8 + random.int(6) },
    { do: 'kill' },
  ];
}

function setUp(setup: Setup, profile: Profile, removedMode: NonNullable<Setup['removedMode']>): Setup {
  const missingMode = profile.soft ? 'soft' : setup.missingMode;
  return { ...setup, missingMode, ...(removedMode === 'remove' ? {} : { removedMode }) };
}

type Act = Record<'do' | 'act', string>;

/** What can be done on this kind of table, and how often. */
function actsOn(profile: Profile, faults: ReadonlySet<FaultKind>): (readonly [Act, number])[] {
  const acts: (readonly [Act, number])[] = [];
  const add = (how: string, act: string, weight: number) => acts.push([{ do: how, act }, weight]);
  if (faults.has('identity') && profile.values.some(({ refused }) => refused === 'repeated')) {
    add('person', 'swapValues', 1);
  }
  if (faults.has('errors') && profile.values.some(({ refers }) => refers)) {
    add('person', 'childFirst', 2);
    add('person', 'addParent', 2);
  }
  if (faults.has('deletes') && profile.soft) {
    add('application', 'softDelete', 2);
    add('application', 'revive', 2);
  }
  if (faults.has('people')) for (const act of rowSidebarActs) add('sidebar', act, act === 'missingMode' ? 0.15 : 0.3);
  return acts;
}

const BESIDE: readonly (readonly [PersonAct, number])[] = [
  ['type', 8],
  ['addRow', 3],
  ['typeSame', 2],
  ['clear', 1],
  ['deleteRow', 1],
  ['sort', 1],
  ['refused', 1],
  ['undo', 1],
  ['editKey', 0.4],
  ['insertRow', 0.5],
  ['moveColumn', 0.3],
  ['pasteRow', 0.3],
];

function secondStep(random: Random, faults: ReadonlySet<FaultKind>): SecondStep {
  const act = random.weighted<SecondStep['act']>([
    [random.weighted(BESIDE), 9],
    ['start', 4],
    ['step', 4],
    ['finish', 3],
    ['kill', faults.has('kill') ? 0.4 : 0],
    ['delete', faults.has('deletes') ? 0.3 : 0],
    ['restore', faults.has('deletes') ? 0.3 : 0],
  ]);
  return { do: 'second', act, n: random.int(NUMBERS), m: random.int(NUMBERS) };
}

function copySteps(random: Random, first: boolean): CopyStep[] {
  const step = (of: CopyStep['of']): CopyStep => {
    return { do: 'copy', of, act: random.weighted(BESIDE), n: random.int(NUMBERS), m: random.int(NUMBERS) };
  };
  const made = first || random.chance(0.1) ? [step('make')] : [];
  return [...made, ...(random.chance(0.7) ? [step('edit')] : []), ...(random.chance(0.6) ? [step('run')] : [])];
}

/** A key is edited, a whole scan finds the pair, and a person says what was meant. */
function renameSteps(random: Random): SimStep[] {
  const numbers = () => ({ n: random.int(NUMBERS), m: random.int(NUMBERS) });
  const act = random.weighted([
    ['rename', 3],
    ['separate', 1],
    ['oldKey', 2],
  ] as const);
  return [
    { do: 'person', act: 'editKey', ...numbers() },
    ...(random.chance(0.4) ? [{ do: 'start', rows: random.int(NUMBERS) } as const, { do: 'finish' } as const] : []),
    { do: 'start' },
    { do: 'finish' },
    { do: 'sidebar', act, ...numbers() },
  ];
}
