import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAddon, buildOptions, type BuiltAddon } from '../../addon/build.ts';

/** What Google calls by name: menu, triggers, google.script.run. */
const ENTRY_POINTS = ['onInstall', 'onOpen', 'onSheetChange', 'onSheetEdit', 'rpc', 'showSidebar', 'syncNow', 'tick'];

let outdir: string;
let built: BuiltAddon;
let code: string;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'tandem-addon-'));
  built = await buildAddon({ outdir, apiUrl: 'https://tandem.example.com/base/' });
  code = await readFile(join(outdir, 'Code.js'), 'utf8');
});

afterAll(() => rm(outdir, { recursive: true }));

const SERVICES = [
  'SpreadsheetApp',
  'ScriptApp',
  'UrlFetchApp',
  'PropertiesService',
  'CacheService',
  'LockService',
  'HtmlService',
  'Session',
  'Utilities',
];

/** Loads the bundle into a context with the language and services that note every touch. */
function load(): { names: string[]; touched: string[]; context: Record<string, unknown> } {
  const touched: string[] = [];
  const context = createContext({}) as Record<string, unknown>;
  for (const name of SERVICES) {
    const get = (): undefined => void touched.push(name);
    Object.defineProperty(context, name, { get, configurable: true, enumerable: true });
  }
  const before = new Set(Object.getOwnPropertyNames(context));
  new Script(code).runInContext(context);
  const names = Object.getOwnPropertyNames(context).filter((name) => !before.has(name));
  return { names, touched, context };
}

describe('the built add-on', () => {
  it('has one top-level function per entry point, and only its namespace besides', () => {
    const { names, context } = load();
    expect(names.sort()).toEqual(['Tandem', ...ENTRY_POINTS].sort());
    for (const name of ENTRY_POINTS) expect(typeof context[name]).toBe('function');
    expect(built.entryPoints).toEqual(ENTRY_POINTS);
  });

  it('touches no Google service while it loads, so the menu works before consent', () => {
    const { touched, context } = load();
    expect(touched).toEqual([]);
    // The trap does catch what touches one.
    expect(() => (context['onOpen'] as () => void)()).toThrow();
    expect(touched).toEqual(['SpreadsheetApp']);
  });

  it('answers a call that is not on the list with a sentence, and never reaches into the prototype', () => {
    const { context } = load();
    const rpc = context['rpc'] as (name: string, args: unknown[]) => { ok: boolean; code: string };
    for (const name of ['constructor', 'toString', '__proto__', 'deleteEverything']) {
      expect(rpc(name, [])).toMatchObject({ ok: false, code: 'not_allowed' });
    }
  });

  it('answers a service that throws with a sentence and without the exception’s text', () => {
    const { context } = load();
    const getActiveSpreadsheet = (): never => {
      throw new Error('TypeError at Code.gs:12 secret');
    };
    Object.defineProperty(context, 'SpreadsheetApp', { value: { getActiveSpreadsheet } });
    const rpc = context['rpc'] as (name: string, args: unknown[]) => { ok: boolean; message: string };
    const answer = rpc('state', []);
    expect(answer.ok).toBe(false);
    expect(answer.message).toMatch(/please try again/);
    expect(answer.message).not.toMatch(/secret|Code\.gs/);
  });

  it('is ES2019: no private names, no static fields, no optional chaining', async () => {
    // Lowering it again changes nothing if nothing newer is left.
    const options = { legalComments: 'none', charset: 'utf8' } as const;
    const [asIs, lowered] = await Promise.all([
      transform(code, { ...options, target: 'esnext' }),
      transform(code, { ...options, target: 'es2019' }),
    ]);
    expect(lowered.code).toBe(asIs.code);
    expect(code).not.toMatch(/^\s*(import|export)\b/m);
  });

  it('stays small', () => {
    expect(built.bytes.code).toBeLessThan(200 * 1024);
    expect(built.bytes.sidebar).toBeLessThan(120 * 1024);
  });

  it('writes the API’s address into bundle and allowlist, with a path as Google requires', async () => {
    const manifest = JSON.parse(await readFile(join(outdir, 'appsscript.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['urlFetchWhitelist']).toEqual(['https://tandem.example.com/base/v1/']);
    expect(code).toContain('"https://tandem.example.com/base"');
    expect(manifest['runtimeVersion']).toBe('V8');
  });

  it('asks for exactly the scopes that the design allows', async () => {
    const manifest = JSON.parse(await readFile(join(outdir, 'appsscript.json'), 'utf8')) as { oauthScopes: string[] };
    expect([...manifest.oauthScopes].sort()).toEqual(
      [
        'https://www.googleapis.com/auth/script.container.ui',
        'https://www.googleapis.com/auth/script.external_request',
        'https://www.googleapis.com/auth/script.scriptapp',
        'https://www.googleapis.com/auth/spreadsheets.currentonly',
        'https://www.googleapis.com/auth/userinfo.email',
        'openid',
      ].sort(),
    );
  });

  it('makes the sidebar one file that loads nothing else', async () => {
    const html = await readFile(join(outdir, 'sidebar.html'), 'utf8');
    expect(html).toContain('<base target="_top"');
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/\/\* (js|css) \*\//);
  });

  it('refuses an address that is none, with a sentence', async () => {
    for (const apiUrl of ['tandem.example.com', 'ftp://x', 'https://x.example/?a=1', '']) {
      await expect(buildAddon({ outdir, apiUrl })).rejects.toThrow(/must be the address of your Tandem API/);
    }
  });

  it('takes the address from the command line before the environment', () => {
    expect(buildOptions(['--api-url', 'https://a.example'], { TANDEM_API_URL: 'https://b.example' }).apiUrl).toBe(
      'https://a.example',
    );
    expect(buildOptions([], { TANDEM_API_URL: 'https://b.example' }).apiUrl).toBe('https://b.example');
    expect(buildOptions([], {}).apiUrl).toBeUndefined();
  });
});
