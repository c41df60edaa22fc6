import { afterEach, describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { play, type Play } from './play.ts';

let played: Play | undefined;
afterEach(async () => {
  await played?.google.close();
  played = undefined;
});

describe('a virtual clock', () => {
  it('stands still, fires in order of time and then of asking, and never runs backwards', async () => {
    const clock = new Clock('virtual', 1000);
    const fired: string[] = [];
    const at = (time: number, name: string) => clock.at(time, () => fired.push(`${name} ${clock.now()}`));
    at(1500, 'b');
    at(1200, 'a');
    at(1500, 'c');
    at(900, 'late');
    const cancel = at(1300, 'cancelled');
    cancel();
    await clock.advance(400);
    expect([fired, clock.now()]).toEqual([['late 1000', 'a 1200'], 1400]);
    await clock.advance(400);
    expect([fired.slice(2), clock.now()]).toEqual([['b 1500', 'c 1500'], 1800]);
  });

  it('jumps only to what an execution waits for, firing what falls due before it', () => {
    const clock = new Clock('virtual', 0);
    const fired: string[] = [];
    clock.at(100, () => fired.push('trigger'));
    expect([clock.jump(), clock.now()]).toEqual([false, 0]);
    clock.at(200, () => fired.push('sleeper'), { blocking: true });
    expect([clock.jump(), clock.jump(), clock.jump(), clock.now()]).toEqual([true, true, false, 200]);
    expect(fired).toEqual(['trigger', 'sleeper']);
  });
});

describe('a wall clock', () => {
  it('follows real time, for scripts too, and can be set ahead', async () => {
    const { google, run, install } = (played = await play(
      `function nap(ms) { const before = Date.now(); Utilities.sleep(ms); return [before, Date.now()]; }
       function tick() { console.log('tick'); } function soon() { ScriptApp.newTrigger('tick').timeBased().after(50).create(); }
       function hourly() { ScriptApp.newTrigger('tick').timeBased().everyHours(1).create(); }`,
      { clock: 'wall' },
    ));
    const start = performance.now();
    const [before, after] = (await run('nap', 60)) as [number, number];
    expect(after - before).toBeGreaterThanOrEqual(59);
    expect(performance.now() - start).toBeGreaterThanOrEqual(59);
    expect(Math.abs(after - Date.now())).toBeLessThan(5000);
    await run('soon');
    while (install.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await run('hourly');
    await google.advance(3_600_000);
    expect(install.log).toEqual(['tick', 'tick']);
    expect(google.clock.now() - Date.now()).toBeGreaterThan(3_590_000);
  });
});
