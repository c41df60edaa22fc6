import { afterEach, describe, expect, it } from 'vitest';
import { evaluate, play, type Play } from './play.ts';

/** The context a script runs in: what it has, what it lacks, what one run leaves for the next. */

let played: Play | undefined;
afterEach(async () => {
  await played?.google.close();
  played = undefined;
});

describe('the realm of a script', () => {
  it('lacks what Apps Script lacks', async () => {
    const names = [
      'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'URL', 'URLSearchParams', 'TextEncoder',
      'TextDecoder', 'crypto', 'atob', 'btoa', 'performance', 'process', 'Buffer', 'require', 'module', 'structuredClone',
      'AbortController', 'window', 'document', 'navigator', 'global', 'localStorage', 'XMLHttpRequest',
      'SharedArrayBuffer', 'Atomics',
    ]; // prettier-ignore
    const there = await evaluate(
      `return ${JSON.stringify(names)}.filter(name => typeof globalThis[name] !== 'undefined');`,
    );
    expect(there).toEqual([]);
  });

  it('has the services and modern ECMAScript', async () => {
    const result = await evaluate(`
      const missing = ['SpreadsheetApp', 'UrlFetchApp', 'PropertiesService', 'CacheService', 'LockService', 'ScriptApp',
        'Session', 'Utilities', 'HtmlService', 'CardService', 'Logger', 'console', 'Browser']
        .filter(name => typeof globalThis[name] !== 'object');
      return { missing, modern: [1, [2, [3]]].flat(Infinity).at(-1) ?? null, map: [...new Map([[1, 2]])] };`);
    expect(result).toEqual({ missing: [], modern: 3, map: [[1, 2]] });
  });

  it('hands over arrays, dates and errors of its own', async () => {
    const result = await evaluate(`
      const sheet = SpreadsheetApp.getActiveSheet();
      sheet.getRange('A1:B1').setValues([[1, new Date(2024, 0, 2)]]);
      const values = sheet.getRange('A1:B1').getValues();
      let thrown;
      try { sheet.getRange('A1').setValues([[1, 2]]); } catch (error) { thrown = error; }
      return [values instanceof Array, values[0] instanceof Array, values[0][1] instanceof Date,
        values[0][1].constructor === Date, thrown instanceof Error, thrown.name];`);
    expect(result).toEqual([true, true, true, true, true, 'Exception']);
  });

  it('cannot be left through the objects it is given', async () => {
    const result = await evaluate(`
      const reached = [SpreadsheetApp.getActiveSheet, console.log, Date, Date.now, new Date().getHours, UrlFetchApp.fetch]
        .map(fn => fn.constructor.constructor('return typeof process + typeof require')());
      try { SpreadsheetApp.getActiveSheet().getRange(0, 0); }
      catch (error) { reached.push(error.constructor.constructor('return typeof process')()); }
      return reached;`);
    expect(new Set(result as string[])).toEqual(new Set(['undefinedundefined', 'undefined']));
  });

  it('gives every execution fresh globals', async () => {
    played = await play('let count = 0; function next() { return ++count; }');
    expect([await played.run('next'), await played.run('next')]).toEqual([1, 1]);
  });

  it('shares one global scope among the files of a project', async () => {
    const { createLocalGoogle } = await import('../local-google.ts');
    const google = await createLocalGoogle();
    const person = google.person('ann@example.com');
    const source = {
      files: {
        'b.js': 'function main() { return shared + twice(2); }',
        'a.js': 'const shared = 1; function twice(n) { return 2 * n; }',
      },
    };
    const install = await google.installScript({
      spreadsheet: google.createSpreadsheet({ owner: person }),
      person,
      source,
    });
    expect(await install.run('main')).toBe(5);
    await google.close();
  });

  it('settles the promises of an async function before the run ends', async () => {
    expect(await evaluate(`return (async () => { await null; return 'late'; })();`)).toBe('late');
  });

  it('tells where the script threw', async () => {
    played = await play('function main() {\n  inner();\n}\nfunction inner() {\n  throw new RangeError("too far");\n}');
    await expect(played.run('main')).rejects.toMatchObject({ name: 'RangeError', message: 'too far' });
    await expect(played.run('main')).rejects.toHaveProperty('scriptStack', expect.stringContaining('Code:5'));
  });

  it('refuses what Apps Script cannot parse', async () => {
    played = await play('function main() { return await 1; }');
    await expect(played.run('main')).rejects.toThrow(/await/);
  });
});

describe('code that Apps Script does not parse', () => {
  it.each([
    ['class A { #secret = 1; }', 'Invalid or unexpected token line: 1 file: Code.gs'],
    ['class A {\n  static count = 1;\n}', 'Unexpected token = line: 2 file: Code.gs'],
  ])('%j is refused', async (code, message) => {
    await expect(play(code)).rejects.toThrow(message);
  });

  it('is not text or a method that only looks like it', async () => {
    expect(
      await evaluate(`class A { static make() { return '#a1b2c3 static x = 1'; } } return A.make();`),
    ).toHaveLength(20);
  });
});

describe('Date in a script', () => {
  it('goes by the clock of the local Google', async () => {
    played = await play('function main() { return [Date.now(), new Date().toISOString(), typeof Date()]; }', {
      startAt: '2026-03-01T12:00:00Z',
    });
    await played.google.advance(60_000);
    expect(await played.run('main')).toEqual([Date.UTC(2026, 2, 1, 12, 1), '2026-03-01T12:01:00.000Z', 'string']);
  });

  it('has the local time of the manifest, across the change of clocks', async () => {
    const result = await evaluate(
      `const winter = new Date(2026, 0, 15, 12), summer = new Date('2026-07-15T12:00:00');
       const late = new Date(2026, 2, 29, 1, 30); late.setHours(late.getHours() + 2);
       return [winter.toISOString(), summer.toISOString(), winter.getHours(), winter.getTimezoneOffset(),
         String(winter), late.toISOString(), new Date('2026-01-15').getHours()];`,
      { manifest: { timeZone: 'Europe/Berlin' } },
    );
    expect(result).toEqual([
      '2026-01-15T11:00:00.000Z',
      '2026-07-15T10:00:00.000Z',
      12,
      -60,
      'Thu Jan 15 2026 12:00:00 GMT+0100 (Central European Standard Time)',
      '2026-03-29T01:30:00.000Z',
      1,
    ]);
  });

  it('may call services in global scope where a run may, and not where a menu is built before first use', async () => {
    const code = `var book = SpreadsheetApp.getActive(); PropertiesService.getUserProperties().setProperty('loads', String(
        Number(PropertiesService.getUserProperties().getProperty('loads')) + 1));
      function onOpen() { SpreadsheetApp.getUi().createAddonMenu().addItem('Title', 'title').addToUi(); }
      function title() { return [book.getName(), PropertiesService.getUserProperties().getProperty('loads')]; }`;
    played = await play(code);
    expect(played.install.menus).toHaveLength(1);
    // Once for onOpen, once for this run: looking for functions has run nothing.
    expect(await played.run('title')).toEqual(['Book', '2']);
    await played.google.close();
    played = await play(code, { asAddon: true, authMode: 'NONE' });
    expect(played.install.menus).toEqual([]);
    expect(played.install.failures.map(({ fn, error }) => `${fn}: ${error.message}`)).toEqual([
      expect.stringMatching(/^onOpen: You do not have permission to call SpreadsheetApp\.getActiveSpreadsheet\./),
    ]);
  });
});
