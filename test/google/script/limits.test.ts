import { afterEach, describe, expect, it } from 'vitest';
import type { AuthMode } from './scopes.ts';
import { play, type Play, type PlayOptions } from './play.ts';
import { ExecutionKilled } from './service-error.ts';

/** Authorisation, time limits, locks between executions, google.script.run, and killing a run at any call. */

const AUTH = 'https://www.googleapis.com/auth/';
let played: Play | undefined;
afterEach(async () => {
  await played?.google.close();
  played = undefined;
});

async function start(code: string, options: PlayOptions = {}): Promise<Play> {
  return (played = await play(code, options));
}

describe('authorisation', () => {
  const TRY = `function attempt(body) { try { new Function(body)(); return 'allowed'; } catch (error) { return String(error); } }`;

  it('refuses a call whose scope the manifest does not list, naming it', async () => {
    const { run } = await start(TRY, { manifest: { oauthScopes: [`${AUTH}spreadsheets.currentonly`] } });
    expect(await run('attempt', `SpreadsheetApp.getActiveSheet().getRange('A1').setValue(1)`)).toBe('allowed');
    expect(await run('attempt', `UrlFetchApp.fetch('https://x.test')`)).toBe(
      `Exception: Specified permissions are not sufficient to call UrlFetchApp.fetch. Required permissions: ${AUTH}script.external_request`,
    );
    expect(await run('attempt', `SpreadsheetApp.openById(SpreadsheetApp.getActive().getId())`)).toMatch(
      /openById.*auth\/spreadsheets$/,
    );
    expect(await run('attempt', `ScriptApp.getProjectTriggers()`)).toMatch(/script\.scriptapp$/);
    expect(await run('attempt', `SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutput('x'))`)).toMatch(
      /script\.container\.ui$/,
    );
  });

  it('refuses what the person did not grant, and says so in the authorisation info', async () => {
    const oauthScopes = [`${AUTH}spreadsheets.currentonly`, `${AUTH}script.external_request`];
    const { run } = await start(
      `${TRY} function info() { const info = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL);
        return [info.getAuthorizationStatus() === ScriptApp.AuthorizationStatus.REQUIRED, typeof info.getAuthorizationUrl()]; }`,
      { manifest: { oauthScopes }, granted: oauthScopes.slice(0, 1) },
    );
    expect(await run('attempt', `UrlFetchApp.fetch('https://x.test')`)).toMatch(
      /^Exception: You do not have permission to call UrlFetchApp.fetch/,
    );
    expect(await run('info')).toEqual([true, 'string']);
  });

  it.each<[AuthMode, string[]]>([
    ['NONE', ['menu']],
    ['LIMITED', ['menu', 'sheet', 'properties', 'lock']],
  ])('in mode %s allows a simple onOpen only: %j', async (authMode, allowed) => {
    const { install } = await start(
      `function onOpen(e) {
        const tries = { menu: () => SpreadsheetApp.getUi().createAddonMenu().addItem('x', 'y').addToUi(),
          sheet: () => SpreadsheetApp.getActiveSheet().getRange('A1').getValue(),
          properties: () => PropertiesService.getDocumentProperties().getKeys(), lock: () => LockService.getDocumentLock().tryLock(0),
          fetch: () => UrlFetchApp.fetch('https://x.test'), triggers: () => ScriptApp.getProjectTriggers(),
          sidebar: () => SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutput('')) };
        console.log(String(e.authMode), Object.keys(tries).filter(name => { try { tries[name](); return true } catch { return false } }).join());
      }`,
      { authMode, asAddon: authMode === 'NONE' },
    );
    expect(install.log).toEqual([`${authMode} ${allowed.join()}`]);
  });

  it('calls no URL outside the manifest’s list', async () => {
    const { run } = await start(TRY, { manifest: { urlFetchWhitelist: ['https://api.test/v1/'] } });
    expect(await run('attempt', `UrlFetchApp.fetch('https://api.test/v2/')`)).toBe(
      'Exception: Request to https://api.test/v2/ failed because the URL has not been whitelisted in the script manifest.',
    );
  });

  it('gives an identity token only with the openid scope', async () => {
    const code = 'function token() { return ScriptApp.getIdentityToken(); }';
    const without = await start(code, { manifest: { oauthScopes: [] } });
    expect(await without.run('token')).toBe(null);
  });
});

describe('time limits', () => {
  const CODE = `function forever() { for (;;) Utilities.sleep(60000); } function onEdit() { Utilities.sleep(31000); console.log('end'); }`;

  it('ends a run after 6 minutes', async () => {
    const { run, google } = await start(CODE);
    const before = google.clock.now();
    await expect(run('forever')).rejects.toThrow('Exceeded maximum execution time');
    expect(google.clock.now() - before).toBe(360_000);
  });

  it('ends a simple trigger after 30 seconds', async () => {
    const { google, person, tab, install } = await start(CODE);
    person.type(tab, 'A1', 'x');
    await google.idle();
    expect(install.log).toEqual([]);
    expect(install.failures.map(({ fn, error }) => [fn, error.message])).toEqual([
      ['onEdit', 'Exceeded maximum execution time'],
    ]);
  });

  it('cannot be caught by the script', async () => {
    const { run, install } = await start(
      `function stubborn() { for (;;) { try { Utilities.sleep(100000); } catch { console.log('caught'); } } }`,
    );
    await expect(run('stubborn')).rejects.toThrow('Exceeded maximum execution time');
    expect(install.log).toEqual([]);
  });

  it('ends an endless loop, which no call interrupts, after real time', async () => {
    const { run, google } = await start('function spin() { for (;;); } function fine() { return 1; }');
    google.runtime.watchdogMs = 300;
    await expect(run('spin')).rejects.toThrow('Exceeded maximum execution time');
    expect(await run('fine')).toBe(1);
  });

  it('lets slow services use up the time', async () => {
    const { run, google } = await start(
      `function reads() { for (let i = 0; i < 1000; i++) SpreadsheetApp.getActiveSheet().getRange('A1').getValue(); }`,
    );
    google.runtime.callCost = (method) => (method === 'Range.getValues' ? 1000 : 0);
    await expect(run('reads')).rejects.toThrow('Exceeded maximum execution time');
  });
});

describe('the document lock', () => {
  const CODE = `
    function hold(ms) { const lock = LockService.getDocumentLock(); const got = lock.tryLock(0); if (got) Utilities.sleep(ms); return [got, lock.hasLock()]; }
    function wait(ms) { const lock = LockService.getDocumentLock(); lock.waitLock(ms); return Date.now(); }
    function again() { const lock = LockService.getDocumentLock(); return [lock.tryLock(0), lock.tryLock(0), LockService.getDocumentLock().hasLock()]; }
    function both() { return [LockService.getDocumentLock().tryLock(0), LockService.getScriptLock().tryLock(0), LockService.getUserLock().tryLock(0)]; }`;

  /** Starts `fn` while a run of `hold` sleeps with the lock. */
  async function beside(hold: number, fn: string, ms: number): Promise<{ first: unknown; second: unknown }> {
    const { run, google } = played!;
    let second: Promise<unknown> | undefined;
    google.runtime.beforeHostCall = (_, method) => {
      if (method === 'Utilities.sleep') second ??= run(fn, ms).catch((error: unknown) => error);
    };
    const first = await run('hold', hold);
    return { first, second: await second };
  }

  it('is held by one execution at a time, and again by the same', async () => {
    const { run } = await start(CODE);
    expect(await beside(10_000, 'hold', 1)).toEqual({ first: [true, true], second: [false, false] });
    expect(await run('again')).toEqual([true, true, true]);
  });

  it('is given to who waits when a run ends without releasing', async () => {
    const { google } = await start(CODE);
    const begin = google.clock.now();
    expect(await beside(10_000, 'wait', 30_000)).toMatchObject({ second: begin + 10_000 });
  });

  it('throws from waitLock when the time is up', async () => {
    await start(CODE);
    const { second } = await beside(60_000, 'wait', 5000);
    expect(second).toMatchObject({ message: 'Lock timeout: another process was holding the lock for too long.' });
  });

  it('is another lock than the script’s and the user’s', async () => {
    const { run } = await start(CODE);
    expect(await run('both')).toEqual([true, true, true]);
  });

  it('comes free when its holder is killed', async () => {
    const { run, google } = await start(CODE);
    google.runtime.beforeHostCall = (execution, method) => {
      if (method === 'Utilities.sleep') execution.kill();
    };
    await expect(run('hold', 1000)).rejects.toThrow(ExecutionKilled);
    google.runtime.beforeHostCall = null;
    expect(await run('hold', 0)).toEqual([true, true]);
  });
});

describe('a run interrupted between two calls', () => {
  const CODE = `function three() { const sheet = SpreadsheetApp.getActiveSheet(); for (const n of [1, 2, 3]) sheet.getRange(n, 1).setValue(n); return sheet.getRange('A1:A3').getValues().flat(); }`;

  it('sees what a person did meanwhile', async () => {
    const { run, google, person, tab } = await start(CODE);
    let writes = 0;
    google.runtime.beforeHostCall = (_, method) => {
      if (method === 'Range.setValues' && ++writes === 3) person.type(tab, 'A1', 'mine');
    };
    expect(await run('three')).toEqual(['mine', 2, 3]);
  });

  it.each([0, 1, 2])('leaves exactly the first %i writes when killed before the next', async (survive) => {
    const { run, google, tab } = await start(CODE);
    let writes = 0;
    google.runtime.beforeHostCall = (execution, method) => {
      if (method === 'Range.setValues' && writes++ === survive) execution.kill();
    };
    await expect(run('three')).rejects.toThrow(ExecutionKilled);
    expect(tab.dataExtent().rows).toBe(survive);
    expect(google.runtime.running.size).toBe(0);
  });

  it('keeps a write whose reply it did not live to see', async () => {
    const { run, google, tab } = await start(CODE);
    google.runtime.afterHostCall = (execution, method) => {
      if (method === 'Range.setValues') execution.kill();
    };
    await expect(run('three')).rejects.toThrow(ExecutionKilled);
    expect(tab.dataExtent().rows).toBe(1);
  });

  it('sees an error that a test throws into it', async () => {
    const { run, google } = await start(
      `function main() { try { SpreadsheetApp.getActiveSheet().getRange('A1').getValue(); } catch (error) { return String(error); } }`,
    );
    google.runtime.beforeHostCall = (_, method) => {
      if (method === 'Range.getValues')
        throw Object.assign(new Error('Service Spreadsheets timed out'), { name: 'Exception' });
    };
    expect(await run('main')).toBe('Exception: Service Spreadsheets timed out');
  });
});

describe('google.script.run', () => {
  const CODE = `function echo(x) { return x; } function date() { return { at: [new Date()] }; } function hidden_() {} const arrow = () => 1;
    function busy() { Utilities.sleep(1000); return 1; } function nothing() {} function boom() { throw new Error('no good'); }`;

  it('passes primitives, arrays and plain objects both ways', async () => {
    const { run } = await start(CODE);
    const value = { a: [1, 'x', null, true], b: { c: 1.5 } };
    expect(await run('echo', value)).toEqual(value);
    expect([await run('nothing'), await run('echo')]).toEqual([null, null]);
  });

  it('refuses a Date on the way in, and on the way out', async () => {
    const { run } = await start(CODE);
    await expect(run('echo', { when: new Date() })).rejects.toThrow('Failed due to illegal value in property: when');
    await expect(run('date')).rejects.toThrow(/Date/);
  });

  it('reaches top-level functions without a trailing underscore only', async () => {
    const { run } = await start(CODE);
    await expect(run('hidden_')).rejects.toThrow('google.script.run.hidden_ is not a function');
    await expect(run('arrow')).rejects.toThrow('is not a function');
    await expect(run('toString')).rejects.toThrow('is not a function');
  });

  it('hands the script’s error to the failure handler', async () => {
    const { run } = await start(CODE);
    await expect(run('boom')).rejects.toMatchObject({ name: 'Error', message: 'no good' });
  });

  it('runs ten calls at once and lets more wait', async () => {
    const { run, google } = await start(CODE);
    let most = 0;
    google.runtime.beforeHostCall = () => {
      most = Math.max(most, google.runtime.running.size);
    };
    expect(await Promise.all(Array.from({ length: 13 }, () => run('busy')))).toHaveLength(13);
    expect(most).toBe(10);
  }, 30_000);
});
