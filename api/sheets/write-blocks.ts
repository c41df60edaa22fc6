import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { sameCell, type Cell } from '../../shared/cell.ts';
import type { Block, BlockOutcome, FormerCell, PutBack } from '../../shared/cycle/effects.ts';
import { formatFor, PLAIN_TEXT, showsDates } from '../../shared/number-format.ts';
import { SheetsError } from './call.ts';
import { lookAt, patternOf } from './look-at-cells.ts';
import { civilToSerial } from './serial.ts';
import { gridRange, type RestTab } from './tab.ts';
import { updateTab } from './update-tab.ts';

type Request = sheets_v4.Schema$Request;

const CHANGED: BlockOutcome = { ok: false, why: 'changed', message: 'The cell was changed meanwhile.' };
const COVERED: BlockOutcome = {
  ok: false,
  why: 'invalid',
  message: 'This cell lies under merged cells, which show another one. Unmerge them to see the table’s value.',
};
const PROTECTED = 'This cell is protected, and the account Tandem writes with may not edit it.';
const REFUSED = 'Sheets does not take the table’s value for this cell.';

/**
 * Looks at the cells once more and writes the blocks in one batch, which Sheets applies whole or not at all. Refused,
 * each is sent alone to find the one to blame. Values are typed, so nothing is parsed: text stays text whatever it looks
 * like (I17).
 */
export async function writeBlocks(tab: RestTab, blocks: readonly Block[]): Promise<BlockOutcome[]> {
  const looks = await lookAt(
    tab,
    blocks.map(({ row, position, values }) => ({ row, position, height: values.length, width: values[0]!.length })),
  );
  const plans = blocks.map((block, index) => {
    const former = looks.places[index]!;
    return { block, former, why: whyNot(block, former, looks.isCovered) };
  });
  const due = plans.filter(({ why }) => why === null);
  const refused = new Map<Block, BlockOutcome>();
  if (due.length > 0) {
    const requests = due.map(({ block, former }) => blockRequests(tab, block, former));
    const together = await attempt(tab, requests.flat());
    if (together && due.length === 1) refused.set(due[0]!.block, together);
    else if (together) {
      for (const [index, request] of requests.entries()) {
        const alone = await attempt(tab, request);
        if (alone) refused.set(due[index]!.block, alone);
      }
    }
  }
  return plans.map(({ block, former, why }) => why ?? refused.get(block) ?? { ok: true, former });
}

/** Undoes writes that hit the wrong cell, where nobody has changed it since. */
export async function putBack(tab: RestTab, cells: readonly PutBack[]): Promise<void> {
  const now = await lookAt(
    tab,
    cells.map(({ row, position }) => ({ row, position, height: 1, width: 1 })),
  );
  for (const [index, { row, position, shows, former }] of cells.entries()) {
    if (!sameCell(now.places[index]![0]![0]!.value, shows)) continue;
    // The format first: a formula entered under plain text might stay text.
    const requests = [
      ...(former.format === null ? [] : [formatRequest(tab, row, position, 1, former.format)]),
      cellsRequest(tab, row, position, [[formerEntered(former)]]),
    ];
    // Refused, the cell keeps what was written, and the next scan tells.
    await attempt(tab, requests);
  }
}

/** Why a block is not to be written, as far as its cells tell. */
function whyNot(
  { row, position, expected }: Block,
  former: readonly (readonly FormerCell[])[],
  isCovered: (row: number, position: number) => boolean,
): BlockOutcome | null {
  const some = (test: (cell: FormerCell, expected: Cell | undefined, i: number, j: number) => boolean): boolean =>
    expected.some((line, i) => line.some((cell, j) => test(former[i]![j]!, cell, i, j)));
  if (some(({ value, formula }, cell) => cell !== undefined && (formula !== '' || !sameCell(value, cell)))) {
    return CHANGED;
  }
  return some((_former, _cell, i, j) => isCovered(row + i, position + j)) ? COVERED : null;
}

/** Sends a batch; answers why it was refused, or null. Setting values is repeatable: twice is once. */
async function attempt(tab: RestTab, requests: Request[]): Promise<BlockOutcome | null> {
  try {
    await updateTab(tab, requests, { repeatable: true });
    return null;
  } catch (error) {
    if (!(error instanceof SheetsError) || error.status !== 400) throw error;
    return /protected/i.test(error.reason)
      ? { ok: false, why: 'protected', message: PROTECTED }
      : { ok: false, why: 'invalid', message: REFUSED };
  }
}

/** One request for the values, and one for each run of cells whose number format does not fit the value. */
function blockRequests(tab: RestTab, block: Block, former: readonly (readonly FormerCell[])[]): Request[] {
  const { row, position, values } = block;
  const requests = [
    cellsRequest(
      tab,
      row,
      position,
      values.map((line) => line.map(entered)),
    ),
  ];
  const height = values.length;
  for (let j = 0; j < values[0]!.length; j++) {
    /** The pattern that a cell is to get, or null where its own will do. */
    const needed = (i: number): string | null => {
      const own = patternOf(former[i]![j]!.format);
      const wanted = formatFor(values[i]![j]!, block.asText[i]![j]!, own);
      return wanted === own ? null : wanted;
    };
    for (let i = 0; i < height;) {
      const wanted = needed(i);
      let end = i + 1;
      while (end < height && needed(end) === wanted) end++;
      if (wanted !== null) {
        requests.push(formatRequest(tab, row + i, position + j, end - i, wanted && JSON.stringify(typed(wanted))));
      }
      i = end;
    }
  }
  return requests;
}

function cellsRequest(tab: RestTab, row: number, position: number, cells: sheets_v4.Schema$CellData[][]): Request {
  return {
    updateCells: {
      range: gridRange(tab, row, position, cells.length, cells[0]!.length),
      rows: cells.map((values) => ({ values })),
      fields: 'userEnteredValue',
    },
  };
}

/** `format`: the JSON of a NumberFormat, '' for automatic. */
function formatRequest(tab: RestTab, row: number, position: number, height: number, format: string): Request {
  const numberFormat = format && (JSON.parse(format) as sheets_v4.Schema$NumberFormat);
  return {
    repeatCell: {
      range: gridRange(tab, row, position, height),
      cell: numberFormat ? { userEnteredFormat: { numberFormat } } : {},
      fields: 'userEnteredFormat.numberFormat',
    },
  };
}

function typed(pattern: string): sheets_v4.Schema$NumberFormat {
  if (pattern === PLAIN_TEXT) return { type: 'TEXT', pattern };
  if (!showsDates(pattern)) return { type: 'NUMBER', pattern };
  const [day, clock] = [/[yd]/i.test(pattern), /[hs]/i.test(pattern)];
  return { type: day && clock ? 'DATE_TIME' : clock ? 'TIME' : 'DATE', pattern };
}

function formerEntered({ value, formula }: FormerCell): sheets_v4.Schema$CellData {
  return formula === '' ? entered(value) : { userEnteredValue: { formulaValue: formula } };
}

function entered(cell: Cell): sheets_v4.Schema$CellData {
  if (cell === null) return {};
  if (typeof cell === 'boolean') return { userEnteredValue: { boolValue: cell } };
  if (typeof cell === 'number') return { userEnteredValue: { numberValue: cell } };
  if (typeof cell === 'string') return { userEnteredValue: { stringValue: cell } };
  return 'date' in cell ? { userEnteredValue: { numberValue: civilToSerial(cell.date) } } : {};
}
