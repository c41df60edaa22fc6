import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAddon } from '../../addon/build.ts';
import { createLocalGoogle, type LocalGoogle } from '../google/local-google.ts';
import type { Person } from '../google/person.ts';
import type { SheetDocument } from '../google/script/documents.ts';
import type { ScriptInstall } from '../google/script/install.ts';

/** The probe of the development build, in the local Google: what it says there is what the probe calls expected. */

let dir: string;
let google: LocalGoogle;
let ann: Person;
let document: SheetDocument;
let install: ScriptInstall;

const AUTOMATED = 'Run the probe';
const titles = () => document.workbook.tabs.map((tab) => tab.title);
const tabOf = (title: string) => document.workbook.tabs.find((tab) => tab.title === title)!;

/** Lines of the result tab: id → [answer, expected, verdict]. */
function results(): Map<string, string[]> {
  const tab = tabOf('Tandem probe');
  const rows = Array.from({ length: tab.dataExtent().rows - 1 }, (_, i) =>
    [1, 3, 4, 5].map((column) => String(tab.value(i + 2, column) ?? '')),
  );
  return new Map(rows.map(([id, ...rest]) => [id!, rest]));
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tandem-probe-'));
  await buildAddon({ outdir: join(dir, 'dev'), apiUrl: 'https://tandem.example.com', dev: true });
  await buildAddon({ outdir: join(dir, 'normal'), apiUrl: 'https://tandem.example.com' });
  google = await createLocalGoogle();
  ann = google.person('ann@example.com');
  document = google.createSpreadsheet({ owner: ann, timeZone: 'Europe/Berlin' });
  install = await google.installScript({ spreadsheet: document, dir: join(dir, 'dev'), person: ann });
});

afterAll(async () => {
  await google.close();
  await rm(dir, { recursive: true });
});

describe('the probe', () => {
  it('is in the development build alone', async () => {
    const [dev, normal] = await Promise.all(
      ['dev', 'normal'].map((name) => readFile(join(dir, name, 'Code.js'), 'utf8')),
    );
    expect(dev).toContain('Run the probe');
    expect(dev).toMatch(/^function runProbe\(/m);
    expect(normal).not.toMatch(/probe/i);
    const other = google.createSpreadsheet({ owner: ann });
    const plain = await google.installScript({ spreadsheet: other, dir: join(dir, 'normal'), person: ann });
    const captions = (one: ScriptInstall) => one.menus.flatMap(({ items }) => items.map(({ caption }) => caption));
    expect(captions(plain)).toEqual(['Open Tandem', 'Sync now']);
    expect(captions(install)).toEqual(['Open Tandem', 'Sync now', 'Run the probe', 'Finish the probe']);
  });

  it('finds every automated answer as expected here, and leaves no scratch tab', async () => {
    const before = titles();
    await ann.clickMenu(document, AUTOMATED);
    expect(titles().sort()).toEqual([...before, 'Tandem probe', 'Tandem probe by hand'].sort());
    const asked = [...results()].filter(([id]) => !id.startsWith('step '));
    expect(asked.length).toBeGreaterThanOrEqual(20);
    for (const [id, [answer, expected, verdict]] of asked) {
      expect({ id, answer, verdict }).toEqual({ id, answer: expected, verdict: 'as expected' });
    }
    // The log has the same, to be copied from the script editor.
    for (const [id] of asked) expect(install.log.join('\n')).toContain(`${id} | `);
  });

  it('reads what was done by hand, and tidies up', async () => {
    const tab = tabOf('Tandem probe by hand');
    ann.type(tab, 'B2', '7');
    await google.idle();
    ann.undo(document);
    await google.idle();
    ann.paste(tab, 'B4', [['fig']]);
    await google.idle();
    ann.sort(tab, [{ column: 1, ascending: true }], 'A2:A4');
    await google.idle();
    await ann.clickMenu(document, 'Finish the probe');
    const byHand = [...results()].filter(([id]) => id.startsWith('hand-'));
    expect(byHand.length).toBe(5);
    for (const [id, [answer, expected, verdict]] of byHand) {
      expect({ id, answer, verdict }).toEqual({ id, answer: expected, verdict: 'as expected' });
    }
    expect(titles()).not.toContain('Tandem probe by hand');
    expect(install.triggers).toHaveLength(0);
  });

  it('says so where Google answers otherwise', async () => {
    document.workbook.unconfirmed.plainTextStopsFormulas = false;
    await ann.clickMenu(document, AUTOMATED);
    document.workbook.unconfirmed.plainTextStopsFormulas = true;
    expect(results().get('text-equals')).toEqual(['formula =1+1', 'text "=1+1"', 'DIFFERS']);
  });

  it('has each of its questions named in FIDELITY.md', async () => {
    const text = await readFile(new URL('../google/FIDELITY.md', import.meta.url), 'utf8');
    const ids = [...results().keys()].filter((id) => !id.startsWith('step '));
    expect(ids.filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
  });
});
