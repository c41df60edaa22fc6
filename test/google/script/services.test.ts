import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkFault, type NetworkRequest } from './network.ts';
import { evaluate, play, type Play } from './play.ts';

/** UrlFetchApp, properties, cache, locks, Utilities, HtmlService, Ui: what they do and where they stop. */

const CODE = `
function on(body) { return new Function(body)(); }
function says(body) { try { new Function(body)(); return 'nothing'; } catch (error) { return String(error); } }
`;
let played: Play;
const on = (body: string): Promise<unknown> => played.run('on', body);
const says = (body: string): Promise<unknown> => played.run('says', body);

beforeEach(async () => {
  played = await play(CODE);
});
afterEach(() => played.google.close());

describe('UrlFetchApp', () => {
  let seen: NetworkRequest[];

  beforeEach(() => {
    seen = [];
    played.google.network.interceptor = (request) => {
      seen.push(request);
      const status = Number(/status=(\d+)/.exec(request.url)?.[1] ?? 200);
      const headers = { 'Content-Type': 'application/json', 'Set-Cookie': ['a=1', 'b=2'] };
      return Promise.resolve({ status, headers, body: Buffer.from('{"täglich":true}') });
    };
  });

  it('sends method, headers and payload, and reads the answer', async () => {
    const answer = await on(`
      const response = UrlFetchApp.fetch('https://x.test/a', { method: 'post', contentType: 'application/json',
        headers: { Authorization: 'Bearer t' }, payload: JSON.stringify({ ö: 1 }) });
      return [response.getResponseCode(), response.getContentText(), response.getHeaders()['Set-Cookie'],
        response.getAllHeaders()['Set-Cookie'], response.getContent().slice(0, 4), response.getBlob().getContentType()];`);
    expect(answer).toEqual([200, '{"täglich":true}', 'b=2', ['a=1', 'b=2'], [123, 34, 116, -61], 'application/json']);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      headers: { Authorization: 'Bearer t', 'Content-Type': 'application/json' },
    });
    expect(Buffer.from(seen[0]!.body!).toString()).toBe('{"ö":1}');
  });

  it('sends an object as a form, and nothing with GET', async () => {
    await on(
      `UrlFetchApp.fetchAll([{ url: 'https://x.test/', method: 'put', payload: { a: 'b c', d: 1 } }, 'https://y.test/'])`,
    );
    expect(seen.map(({ body }) => (body ? Buffer.from(body).toString() : null))).toEqual(['a=b%20c&d=1', null]);
    expect(seen[0]!.headers['Content-Type']).toBe('application/x-www-form-urlencoded');
    expect(played.install.counters.calls).toBe(2);
  });

  it('throws for an HTTP error unless told to be mute', async () => {
    expect(await says(`UrlFetchApp.fetch('https://x.test/?status=404')`)).toBe(
      'Exception: Request failed for https://x.test returned code 404. Truncated server response: {"täglich":true} (use muteHttpExceptions option to examine full response)',
    );
    expect(
      await on(
        `return UrlFetchApp.fetch('https://x.test/?status=404', { muteHttpExceptions: true }).getResponseCode()`,
      ),
    ).toBe(404);
  });

  it.each([
    ['dns', 'DNS error: https://x.test/'],
    ['unreachable', 'Address unavailable: https://x.test/'],
    ['timeout', 'Timeout: https://x.test/'],
  ] as const)('throws for %s failures, mute or not', async (kind, message) => {
    played.google.network.interceptor = () => Promise.reject(new NetworkFault(kind));
    expect(await says(`UrlFetchApp.fetch('https://x.test/', { muteHttpExceptions: true })`)).toBe(
      `Exception: ${message}`,
    );
  });

  it('keeps to the limits of URL, headers and payload', async () => {
    expect(await says(`UrlFetchApp.fetch('https://x.test/' + 'a'.repeat(2100))`)).toBe(
      'Exception: Limit Exceeded: URLFetch URL Length.',
    );
    expect(await says(`UrlFetchApp.fetch('https://x.test/', { headers: { a: 'b'.repeat(8192) } })`)).toBe(
      'Exception: Limit Exceeded: URLFetch Header Size.',
    );
    expect(await says(`UrlFetchApp.fetch('https://x.test/', { method: 'post', payload: 'é'.repeat(27e6) })`)).toBe(
      'Exception: Limit Exceeded: URLFetch POST Size.',
    );
    expect(seen).toEqual([]);
  });

  it('has a quota a day, that comes back 24 hours after its first request', async () => {
    played.google.runtime.quotas.limits.urlfetch = 2;
    await on(`UrlFetchApp.fetchAll(['https://x.test/', 'https://x.test/'])`);
    expect(await says(`UrlFetchApp.fetch('https://x.test/')`)).toBe(
      'Exception: Service invoked too many times for one day: urlfetch.',
    );
    await played.google.advance(24 * 3_600_000 - 1);
    expect(await says(`UrlFetchApp.fetch('https://x.test/')`)).toMatch(/urlfetch/);
    await played.google.advance(1);
    expect(await says(`UrlFetchApp.fetch('https://x.test/')`)).toBe('nothing');
  });

  it('reaches a real server, and a refused connection throws', async () => {
    played.google.network.interceptor = null;
    const code = await on(`return UrlFetchApp.fetch('${played.google.issuer.jwksUrl}').getResponseCode()`);
    expect(code).toBe(200);
    expect(await says(`UrlFetchApp.fetch('http://127.0.0.1:1/')`)).toBe(
      'Exception: Address unavailable: http://127.0.0.1:1/',
    );
  });
});

describe('PropertiesService and CacheService', () => {
  it('keep text per script, user and document', async () => {
    const result = await on(`
      PropertiesService.getScriptProperties().setProperty('a', 1);
      PropertiesService.getUserProperties().setProperties({ b: 'x', c: 'y' });
      PropertiesService.getDocumentProperties().setProperties({ d: 'z' }).setProperties({ e: 'w' }, true);
      return [PropertiesService.getScriptProperties().getProperty('a'), PropertiesService.getUserProperties().getKeys(),
        PropertiesService.getDocumentProperties().getProperties(), PropertiesService.getScriptProperties().getProperty('none')];`);
    expect(result).toEqual(['1', ['b', 'c'], { e: 'w' }, null]);
  });

  it('refuse values over 8,066 bytes and stores over 500 KB, keeping what was there', async () => {
    const store = 'PropertiesService.getDocumentProperties()';
    expect(await says(`${store}.setProperty('a', 'x'.repeat(8067))`)).toBe('Exception: Argument too large: value');
    expect(await says(`${store}.setProperty('a', 'é'.repeat(4034))`)).toBe('Exception: Argument too large: value');
    expect(
      await says(
        `const many = {}; for (let i = 0; i < 70; i++) many['k' + i] = 'x'.repeat(8000); ${store}.setProperties(many)`,
      ),
    ).toMatch(/^Exception: You have exceeded the property storage quota/);
    expect(await on(`return ${store}.getKeys()`)).toEqual([]);
    expect(await says(`${store}.setProperty('a', 'x'.repeat(8066))`)).toBe('nothing');
  });

  it('have a daily quota of reads and writes', async () => {
    played.google.runtime.quotas.limits.properties = 3;
    expect(
      await says(`const p = PropertiesService.getUserProperties(); for (let i = 0; i < 4; i++) p.getProperty('a')`),
    ).toMatch(/Service invoked too many times for one day: properties/);
  });

  it('forget cached values after their time, six hours at most, and refuse more than 100 KB', async () => {
    await on(
      `const cache = CacheService.getDocumentCache(); cache.put('short', 'x', 60); cache.put('long', 'y', 999999); cache.put('usual', 'z')`,
    );
    const read = `return CacheService.getDocumentCache().getAll(['short', 'long', 'usual'])`;
    await played.google.advance(61_000);
    expect(await on(read)).toEqual({ long: 'y', usual: 'z' });
    await played.google.advance(3 * 3_600_000);
    expect(await on(read)).toEqual({ long: 'y' });
    await played.google.advance(3 * 3_600_000);
    expect(await on(read)).toEqual({});
    expect(await says(`CacheService.getScriptCache().put('a', 'x'.repeat(102401))`)).toBe(
      'Exception: Argument too large: value',
    );
    expect(await says(`CacheService.getScriptCache().put('k'.repeat(251), 'x')`)).toBe(
      'Exception: Argument too large: key',
    );
  });

  it('have no document store without a document', async () => {
    const source = {
      files: {
        'Code.js':
          'function main() { return [PropertiesService.getDocumentProperties(), CacheService.getDocumentCache(), LockService.getDocumentLock(), SpreadsheetApp.getActiveSpreadsheet()] }',
      },
    };
    const install = await played.google.installScript({ spreadsheet: null, person: played.person, source });
    expect(await install.run('main')).toEqual([null, null, null, null]);
  });
});

describe('Utilities', () => {
  it('formats and parses dates by Java patterns', async () => {
    const result = await on(`
      const date = new Date(Date.UTC(2024, 1, 29, 13, 5, 9, 7));
      const f = (zone, format) => Utilities.formatDate(date, zone, format);
      return [f('GMT', "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"), f('America/New_York', 'EEE, MMM d, yy h:mm a Z'), f('GMT+2', 'EEEE D H'),
        Utilities.parseDate('2024-02-29 08:05', 'America/New_York', 'yyyy-MM-dd HH:mm').getTime() === Date.UTC(2024, 1, 29, 13, 5)];`);
    expect(result).toEqual(['2024-02-29T13:05:09.007Z', 'Thu, Feb 29, 24 8:05 AM -0500', 'Thursday 60 15', true]);
    expect(await says(`Utilities.formatDate('2024', 'GMT', 'yyyy')`)).toMatch(
      /don't match the method signature for Utilities.formatDate/,
    );
  });

  it('digests, encodes and parses', async () => {
    const result = await on(`
      const hex = bytes => bytes.map(b => (b & 255).toString(16).padStart(2, '0')).join('');
      return [hex(Utilities.computeDigest(Utilities.DigestAlgorithm.MD5, 'abc')),
        hex(Utilities.computeHmacSha256Signature('abc', 'key')).slice(0, 8), Utilities.base64Encode('ä€😀'),
        Utilities.newBlob(Utilities.base64Decode('w6Tigqzwn5iA')).getDataAsString(), Utilities.base64EncodeWebSafe([-5, -1]),
        Utilities.parseCsv('a,"b ""c"", d"\\r\\n1,'), Utilities.formatString('%05d|%-4s|%.2f', 42, 'x', 1.005),
        /^[0-9a-f-]{36}$/.test(Utilities.getUuid()),
        Utilities.ungzip(Utilities.gzip(Utilities.newBlob('zipped'))).getDataAsString()];`);
    expect(result).toEqual([
      '900150983cd24fb0d6963f7d28e17f72', '9c196e32', 'w6Tigqzwn5iA', 'ä€😀', '-_8=', [['a', 'b "c", d'], ['1', '']],
      '00042|x   |1.00', true, 'zipped',
    ]); // prettier-ignore
  });

  it('sleeps on the clock of the local Google, not in real time', async () => {
    const start = performance.now();
    const slept = await on(`const before = Date.now(); Utilities.sleep(250000); return Date.now() - before`);
    expect(slept).toBe(250_000);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(await says('Utilities.sleep(300001)')).toMatch(/Invalid argument/);
  });
});

describe('what people see', () => {
  it('is HTML from files and templates, escaped where asked', async () => {
    const html = { 'page.html': '<p><?= name ?></p><? for (const n of [1, 2]) { ?><b><?!= n ?></b><? } ?>' };
    const result = await evaluate(
      `const page = HtmlService.createTemplateFromFile('page'); page.name = '<Ann>';
       const output = page.evaluate().setTitle('T'); return [output.getContent(), output.getTitle(), HtmlService.createHtmlOutputFromFile('page.html').getContent().length];`,
      { html },
    );
    expect(result).toEqual(['<p>&lt;Ann&gt;</p><b>1</b><b>2</b>', 'T', html['page.html'].length]);
    expect(await says(`HtmlService.createHtmlOutputFromFile('gone')`)).toBe(
      'Exception: No HTML file named gone was found.',
    );
  });

  it('is alerts and prompts that somebody answers', async () => {
    const asked: unknown[] = [];
    played.install.onDialog = (dialog) => {
      asked.push([dialog.kind, dialog.title, dialog.text, dialog.buttons]);
      return { button: 'YES', text: '42' };
    };
    const result = await on(`
      const ui = SpreadsheetApp.getUi();
      return [ui.alert('Sure?', 'Really', ui.ButtonSet.YES_NO) === ui.Button.YES, ui.prompt('How many?').getResponseText(), Browser.msgBox('Hi')];`);
    expect(result).toEqual([true, '42', 'yes']);
    expect(asked).toEqual([
      ['alert', 'Sure?', 'Really', 'YES_NO'],
      ['prompt', '', 'How many?', 'OK'],
      ['alert', '', 'Hi', 'OK'],
    ]);
  });

  it('is menus, submenus and toasts', async () => {
    await on(`const ui = SpreadsheetApp.getUi(); ui.createMenu('Top').addItem('One', 'on').addSeparator()
      .addSubMenu(ui.createMenu('More').addItem('Two', 'on')).addToUi(); SpreadsheetApp.getActive().toast('done', 'Note');`);
    expect(played.install.menus).toEqual([
      {
        title: 'Top',
        addon: false,
        items: [
          { caption: 'One', fn: 'on' },
          { caption: '' },
          { caption: 'More', items: [{ caption: 'Two', fn: 'on' }] },
        ],
      },
    ]);
    expect(played.install.toasts).toEqual([{ message: 'done', title: 'Note' }]);
  });

  it('is cards, kept as plain data', async () => {
    const card =
      await on(`return JSON.parse(JSON.stringify(CardService.newCardBuilder().setHeader(CardService.newCardHeader().setTitle('Hi'))
      .addSection(CardService.newCardSection().addWidget(CardService.newTextParagraph().setText('x'))).build()))`);
    expect(card).toEqual({
      type: 'CardBuilder',
      header: { type: 'CardHeader', title: 'Hi' },
      section: [{ type: 'CardSection', widget: [{ type: 'TextParagraph', text: 'x' }] }],
    });
  });
});
