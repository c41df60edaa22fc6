import { type Question } from './question.ts';

const NAME = 'tandem.probe.limit';

/** Most repetitions of `unit` that one property takes. */
function longest(unit: string): number {
  const properties = PropertiesService.getUserProperties();
  let [fits, fails] = [0, 40_000];
  try {
    while (fails - fits > 1) {
      const count = Math.floor((fits + fails) / 2);
      try {
        properties.setProperty(NAME, unit.repeat(count));
        fits = count;
      } catch {
        fails = count;
      }
    }
  } finally {
    properties.deleteProperty(NAME);
  }
  return fits;
}

/** Properties, locks, triggers, identity. */
export const limitQuestions: Question[] = [
  {
    id: 'property-bytes',
    asks: 'How many x, and how many é (two bytes), fit into one property?',
    expected: '8066 x, 4033 é',
    answer: () => `${longest('x')} x, ${longest('é')} é`,
  },
  {
    id: 'lock-twice',
    asks: 'Does a second tryLock of the same run succeed, and does one release free the lock?',
    expected: 'true, true; then false',
    answer: () => {
      const lock = LockService.getDocumentLock();
      const [first, second] = [lock.tryLock(1000), LockService.getDocumentLock().tryLock(1000)];
      lock.releaseLock();
      return `${first}, ${second}; then ${lock.hasLock()}`;
    },
  },
  {
    id: 'triggers-elsewhere',
    asks: 'Does getProjectTriggers list triggers of other documents? (Telling only if the add-on syncs another one, too.)',
    expected: 'none',
    answer: () => {
      const here = SpreadsheetApp.getActiveSpreadsheet().getId();
      const others = ScriptApp.getProjectTriggers().filter((trigger) => {
        const source = trigger.getTriggerSourceId();
        return source !== null && source !== here;
      });
      return others.length === 0 ? 'none' : `${others.length}`;
    },
  },
  {
    id: 'token-menu',
    asks: 'Is there an identity token in a run from the menu?',
    expected: 'yes',
    answer: () => (ScriptApp.getIdentityToken() ? 'yes' : 'no'),
  },
];
