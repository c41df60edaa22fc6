import type { ApplicationAct, PersonAct, Setup, SimStep } from '../schedule.ts';

/**
 * For each rule that can be taken away a schedule that its absence spoils: the least of what the simulation finds by
 * itself, in an order that a reader can follow. Rows are counted from 0, columns of values likewise.
 */

const setup = (some: Partial<Setup>): SimStep => ({
  do: 'setup',
  policy: 'table',
  missingMode: 'confirm',
  fewValues: false,
  capitals: false,
  firstSync: null,
  ...some,
});
const person = (act: PersonAct, n = 0, m = 0): SimStep => ({ do: 'person', act, n, m });
const application = (act: ApplicationAct, n = 0, m = 0): SimStep => ({ do: 'application', act, n, m });
const begin: SimStep = { do: 'start' };
const step = (effects: number): SimStep => ({ do: 'step', effects });
const finish: SimStep = { do: 'finish' };
const kill: SimStep = { do: 'kill' };
const wait = (seconds: number): SimStep => ({ do: 'clock', seconds });
const cycle: SimStep[] = [begin, finish];
const automatic = setup({ missingMode: 'automatic' });

/**
 * Effects of the first full cycle, whose epoch is refused once: up to the answer to the message that opens it, its note,
 * its last look, its write, its look back.
 */
const [TOLD, NOTED, LOOKED, WRITTEN, READ_BACK] = [7, 9, 10, 11, 12];

export const ablationSchedules: Record<string, SimStep[]> = {
  'epoch fence': [person('type'), { do: 'fault', fault: { kind: 'late' } }, ...cycle, { do: 'late', n: 0 }],
  'sequence and replay': [...cycle, { do: 'late', n: 1 }],
  'refusing a copied spreadsheet': [{ do: 'copyRuns' }],
  'mapping fingerprint': [
    application('update'),
    begin,
    step(READ_BACK),
    application('retypeColumn'),
    { do: 'fault', fault: { kind: 'duplicate' } },
    finish,
  ],
  'what was seen is what was dealt with': [application('update'), begin, step(READ_BACK), person('type', 0, 1), finish],
  'errors are no values': [person('errorValue'), ...cycle],
  'holding edited keys': [setup({ profile: 'numbers' }), person('editKey'), ...cycle],
  'a key is reserved before its row is written': [
    setup({ profile: 'generatedKey' }),
    person('addRow', 0, 5),
    begin,
    step(TOLD + 2),
    kill,
    ...cycle,
  ],
  'document lock': [application('update'), begin, step(TOLD), begin, finish],
  're-check before the write': [application('update'), begin, step(NOTED), person('type'), finish],
  'look back after the write': [application('update'), begin, step(LOOKED), person('sort', 1), finish],
  'text as text': [setup({ profile: 'zeros' }), application('insert'), ...cycle],
  'formulas are left alone': [person('formula'), ...cycle, application('update'), ...cycle],
  'suspended columns': [person('deleteColumn'), ...cycle],
  'anomalies pause the link': [automatic, person('breakKey'), ...cycle, wait(200), ...cycle, wait(200), ...cycle],
  'bisecting a refused chunk': [person('refused'), person('type', 1, 1), ...cycle],
  'notes on refused cells': [person('refused'), ...cycle],
  'archived before it is deleted': [setup({ removedMode: 'archive' }), application('delete'), ...cycle],
  'quarantine of what went astray': [
    application('update'),
    begin,
    step(LOOKED),
    person('sort', 1),
    step(WRITTEN - LOOKED),
    kill,
    ...cycle,
  ],
  'remembered twins': [
    person('pasteRow'),
    ...cycle,
    person('type', 0, 1),
    ...cycle,
    application('update'),
    ...cycle,
    person('deleteRow', 12, 1),
    ...cycle,
  ],
  'guard against mass deletes': [automatic, person('clearRows'), ...cycle, wait(200), ...cycle, wait(200), ...cycle],
  'guard against mass removals': [application('truncate'), ...cycle],
  'lease between hosts': [
    application('update'),
    begin,
    step(LOOKED),
    { do: 'rest', act: 'start', n: 0 },
    { do: 'rest', act: 'step', n: 0 },
    finish,
  ],
  'hint of a host that gave way': [
    application('update'),
    begin,
    step(NOTED),
    { do: 'rest', act: 'start', n: 0 },
    { do: 'rest', act: 'finish', n: 0 },
    finish,
  ],
  'remembered offers': [setup({ policy: 'sheet' }), application('update'), ...cycle, application('update'), ...cycle],
  'two scans': [automatic, person('deleteRow', 0, 1), ...cycle],
  'grace between two scans': [automatic, person('deleteRow', 0, 1), ...cycle, wait(20), ...cycle],
  'trying refused rows again': [person('refused', 0, 1), ...cycle, person('type', 1, 2), ...cycle],
  'proof that an edit is later': [
    setup({}),
    { do: 'latest', fallback: 'table' },
    person('type'),
    wait(20),
    application('update'),
    wait(20),
    ...cycle,
  ],
  // Every third value of such a column leaves the row out, or locks it.
  'row filter': [setup({ profile: 'filtered' }), ...Array<SimStep>(3).fill(application('update', 0, 3)), ...cycle],
  'lock columns': [
    setup({ profile: 'locked' }),
    ...Array<SimStep>(3).fill(application('update', 0, 3)),
    ...cycle,
    person('type'),
    ...cycle,
  ],
  'guard against a replacement by far fewer rows': [setup({ profile: 'replaced' }), person('clearRows'), ...cycle],
  audit: [application('hidden'), ...cycle],
  'journal of what lost': [person('type'), application('update'), ...cycle],
  'journal of writes': [person('type'), ...cycle, application('update'), ...cycle],
  'deleted rows are kept': [automatic, person('deleteRow', 0, 1), ...cycle, wait(200), ...cycle, wait(200), ...cycle],
  'consuming changes by delete': [
    application('beginLate', 0, 1),
    application('update', 5),
    ...cycle,
    application('commitLate'),
    ...cycle,
  ],
  'capturing keys that are gone': [application('delete'), ...cycle],
  'capture of TRUNCATE': [application('truncate'), ...cycle],
};
