import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addRun, mayRun } from '../../addon/src/trigger-time.ts';
import { Memory, type TriggerTime } from '../../addon/src/memory.ts';
import { AddonLab, PEOPLE } from './support/addon-lab.ts';

/** Google lets a person's triggers run for 90 minutes a day, or six hours in a Workspace, and then none. */

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Minutes that runs of so many seconds, one due each minute, take in so many days; and how many ran in the last six hours. */
function play(seconds: number, owner: string | null, days = 1): { minutes: number; lately: number } {
  let [time, spent, lately]: [TriggerTime | null, number, number] = [null, 0, 0];
  for (let at = 0; at < days * DAY; at += MINUTE) {
    if (!mayRun(time, owner, at)) continue;
    time = addRun(time, at, at + seconds * 1000);
    spent += (seconds * 1000) / MINUTE;
    if (at >= days * DAY - DAY / 4) lately++;
  }
  return { minutes: Math.round(spent), lately };
}

describe('a day of triggers', () => {
  it('puts off no run of a few seconds, and others evenly, within what Google grants', () => {
    expect(play(3, 'ann@gmail.com')).toEqual({ minutes: 72, lately: 360 });
    const large = play(20, 'ann@gmail.com');
    expect([large.minutes < 77, large.lately > 25]).toEqual([true, true]);
    expect(play(20, null)).toEqual(large);
    const workspace = play(20, 'ann@example.com');
    expect([workspace.minutes > 300, workspace.minutes < 332, workspace.lately > 100]).toEqual([true, true, true]);
  });

  it('begins anew 24 hours after the first run, and where the clock was put back', () => {
    const used: TriggerTime = { since: 1000, spent: 80 * MINUTE };
    expect([mayRun(used, null, DAY), mayRun(used, null, DAY + 1000), mayRun(used, null, 0)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(addRun(used, DAY + 1000, DAY + 3000)).toEqual({ since: DAY + 1000, spent: 2000 });
    expect(play(20, null, 3).minutes).toBeLessThan(3 * 77);
  });
});

describe('a tab that takes long to look at', () => {
  let lab: AddonLab;
  beforeAll(async () => {
    lab = await AddonLab.build();
    await lab.open(PEOPLE);
  });
  afterAll(() => lab.close());

  it('goes on syncing after its first hours: what was edited while runs were put off comes with the next', async () => {
    const { google, document, tab } = lab;
    const eve = google.person('eve@gmail.com');
    google.person('ann@example.com').share(document, eve, 'edit');
    await lab.installFor({ person: eve });
    await lab.link();
    google.runtime.callCost = (method) => (method === 'Range.getValues' ? 5 * MINUTE : 0);
    for (let n = 0; n < 90; n++) await google.advance(MINUTE);
    const ran = google.runtime.quotas.used(eve.account, 'triggerTime') / MINUTE;
    expect([ran >= 30, ran < 40]).toEqual([true, true]);
    expect(await lab.call('state')).toMatchObject({ schedule: { health: 'running', putOff: true } });
    lab.hub.sent.length = 0;
    eve.type(tab, 'B2', 'Anna');
    await google.idle();
    expect(lab.hub.sent).toEqual([]);
    for (let n = 0; n < 24 && lab.hub.sent.length === 0; n++) await google.advance(15 * MINUTE);
    // The next one that may run compares everything.
    expect(lab.hub.messages('/v1/sync')).toHaveLength(1);
    expect(lab.install.failures).toEqual([]);
  });

  it('is not called late while the first run that may come again is due, but is where none comes', async () => {
    const { google, document } = lab;
    google.runtime.callCost = () => 0;
    const store = lab.install.project.documentProperties(document.id);
    const ago = (minutes: number) => google.clock.now() - minutes * MINUTE;
    // Of the day half is over, and with it 52.5 minutes may have been used; a minute of the day adds 1.9 seconds.
    const state = async (spent: number) => {
      const memory = new Memory({ all: () => store.all(), set: (some) => store.set(some), remove: () => undefined });
      memory.rememberTriggerTime({ since: ago(720), spent });
      memory.rememberHeartbeat({ at: new Date(ago(60)).toISOString(), outcome: 'done', message: null });
      return lab.call('state');
    };
    expect(await state(52.6 * MINUTE)).toMatchObject({ schedule: { health: 'running', putOff: true } });
    expect(await state(52.49 * MINUTE)).toMatchObject({ schedule: { health: 'running', putOff: false } });
    expect(await state(50 * MINUTE)).toMatchObject({ schedule: { health: 'late', putOff: false } });
  });
});
