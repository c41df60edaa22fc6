import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { sameCell, type Cell } from '../../shared/cell.ts';
import type { Block, BlockOutcome, FormerCell, PutBack, SheetReading } from '../../shared/cycle/effects.ts';
import { isAsExpected } from '../../shared/cycle/blocks.ts';
import { inColumnsNow, standAsBefore } from '../../shared/cycle/column-now.ts';
import { formatFor, PLAIN_TEXT, showsDates } from '../../shared/number-format.ts';
import { SheetsError } from './call.ts';
import { lookAt, type Look, type LookedCell, type Place } from './look-at-cells.ts';
import { readColumns } from './read-tab.ts';
import { civilToSerial } from '../../shared/civil-serial.ts';
import { styledText } from './styled-text.ts';
import { gridRange, mending, type RestTab } from './tab.ts';
import { updateTab } from './update-tab.ts';

type Request = sheets_v4.Schema$Request;

const CHANGED: BlockOutcome = { ok: false, why: 'changed', message: 'The cell was changed meanwhile.' };
const COVERED: BlockOutcome = {
  ok: false,
  why: 'invalid',
  message: 'This cell lies under merged cells, which show another one. Unmerge them to see the table’s value.',
};
const PROTECTED: BlockOutcome = {
  ok: false,
  why: 'protected',
  message: 'This cell is protected, and the account Tandem writes with may not edit it.',
};
const REFUSED =
  'Sheets does not take the table’s value for this cell. If its column has a type of its own, change that type.';

/**
 * Looks at the cells once more and writes the blocks in one batch, which Sheets applies whole or not at all. Refused,
 * it goes without the block that Sheets names, or is halved where it names none. Values are typed, so nothing is parsed: text stays text whatever it looks
 * like (I17).
 */
export async function writeBlocks(
  tab: RestTab,
  blocks: readonly Block[],
  columns?: SheetReading['columns'],
): Promise<BlockOutcome[]> {
  if (columns && !standAsBefore(columns, await readColumns(tab))) return blocks.map(() => CHANGED);
  const looks = await lookAt(tab, blocks.map(placeOf));
  const plans = blocks.map((block, index) => {
    const former = looks.places[index]!;
    return { block, former, why: whyNot(block, former, looks) };
  });
  const due = plans.filter(({ why }) => why === null);
  const refused = new Map<Block, BlockOutcome>();
  const requests = due.map(({ block, former }) => blockRequests(tab, block, former));
  const writeSome = async (some: readonly number[]): Promise<void> => {
    if (some.length === 0) return;
    if (some.length === 1) {
      const { block, former } = due[some[0]!]!;
      const why = await writeAlone(tab, block, former, requests[some[0]!]!);
      if (why !== null) refused.set(block, why);
      return;
    }
    const failed = await attempt(
      tab,
      some.flatMap((index) => requests[index]!),
    );
    if (failed === null) return;
    const owners = some.flatMap((index) => requests[index]!.map(() => index));
    const named = failed.request === null ? undefined : owners[failed.request];
    if (named === undefined) {
      await writeSome(some.slice(0, some.length >> 1));
      await writeSome(some.slice(some.length >> 1));
    } else {
      // The others first: alone, a block may take several calls.
      await writeSome(some.filter((index) => index !== named));
      await writeSome([named]);
    }
  };
  await writeSome(due.map((_, index) => index));
  return plans.map(({ block, former, why }) => why ?? refused.get(block) ?? { ok: true, former });
}

/**
 * A column of a table may have a type, and then lets no format be set: written without, the block stays where its cells
 * show the values all the same, and is put back where they do not.
 */
async function writeAlone(
  tab: RestTab,
  block: Block,
  former: readonly (readonly LookedCell[])[],
  [values, ...formats]: Request[],
): Promise<BlockOutcome | null> {
  const failed = await attempt(tab, [values!, ...formats]);
  if (failed === null) return null;
  const { why } = failed;
  if (formats.length === 0 || (await attempt(tab, [values!])) !== null) return why;
  const [shown] = (await lookAt(tab, [placeOf(block)])).places;
  const same = block.values.every((line, i) => line.every((value, j) => sameCell(shown![i]![j]!.value, value)));
  if (same) return null;
  const { row, position } = block;
  await restoreCells(
    tab,
    former.flatMap((line, i) =>
      line.map((cell, j) => ({
        row: row + i,
        position: position + j,
        shows: shown![i]![j]!.value,
        // Formats were not changed.
        former: { ...cell, format: null },
      })),
    ),
  );
  return why;
}

function placeOf({ row, position, values }: Block): Place {
  return { row, position, height: values.length, width: values[0]!.length };
}

/** Undoes writes that hit the wrong cell, where nobody has changed it since, in the column where it was found. */
export async function putBack(
  tab: RestTab,
  cells: readonly PutBack[],
  columns: SheetReading['columns'],
): Promise<void> {
  const due = inColumnsNow(cells, columns, await readColumns(tab));
  if (due.length > 0) await restoreCells(tab, due);
}

async function restoreCells(tab: RestTab, cells: readonly PutBack[]): Promise<void> {
  const now = await lookAt(
    tab,
    cells.map(({ row, position }) => ({ row, position, height: 1, width: 1 })),
  );
  for (const [index, { row, position, shows, former }] of cells.entries()) {
    if (!sameCell(now.places[index]![0]![0]!.value, shows)) continue;
    // The format first: a formula entered under plain text might stay text.
    const format = former.format === null ? [] : [formatRequest(tab, row, position, 1, former.format)];
    const styled = styledText(former);
    const plain = cellsRequest(tab, row, position, [[formerEntered(former)]]);
    // Not every chip can be written, nor every format; refused altogether, the cell keeps what it shows, and the next scan tells.
    const ways = [
      ...(styled ? [[...format, cellsRequest(tab, row, position, [[styled]], STYLED)]] : []),
      [...format, plain],
      [plain],
    ];
    for (const requests of ways) if ((await attempt(mending(tab), requests)) === null) break;
  }
}

/** Why a block is not to be written, as far as its cells tell. */
function whyNot(
  { row, position, expected, values }: Block,
  former: readonly (readonly LookedCell[])[],
  { isCovered, protection }: Pick<Look, 'isCovered' | 'protection'>,
): BlockOutcome | null {
  const some = (test: (cell: LookedCell, expected: Cell | undefined, i: number, j: number) => boolean): boolean =>
    expected.some((line, i) => line.some((cell, j) => test(former[i]![j]!, cell, i, j)));
  const isChanged = ({ value, formula, isResult }: LookedCell, cell: Cell, written: Cell): boolean =>
    formula !== '' || isResult || !isAsExpected(value, cell, written);
  if (some((now, cell, i, j) => cell !== undefined && isChanged(now, cell, values[i]![j]!))) return CHANGED;
  // Sent along, it would have the whole batch refused: where many are, halving takes more calls than a minute has.
  if (some((_former, _cell, i, j) => protection.hasCell(row + i, position + j))) return PROTECTED;
  return some((_former, _cell, i, j) => isCovered(row + i, position + j)) ? COVERED : null;
}

/** Sends a batch; answers why it was refused, and which request of it, or null. Setting values is repeatable: twice is once. */
async function attempt(
  tab: RestTab,
  requests: Request[],
): Promise<{ why: BlockOutcome; request: number | null } | null> {
  try {
    await updateTab(tab, requests, { repeatable: true });
    return null;
  } catch (error) {
    if (!(error instanceof SheetsError) || error.status !== 400) throw error;
    const why = /protected/i.test(error.reason)
      ? PROTECTED
      : ({ ok: false, why: 'invalid', message: REFUSED } as const);
    return { why, request: error.request };
  }
}

/** One request for the values, and one for each run of cells whose number format does not fit the value. */
function blockRequests(tab: RestTab, block: Block, former: readonly (readonly LookedCell[])[]): Request[] {
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
      const own = former[i]![j]!.pattern;
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

const STYLED = 'userEnteredValue,textFormatRuns,chipRuns';

function cellsRequest(
  tab: RestTab,
  row: number,
  position: number,
  cells: sheets_v4.Schema$CellData[][],
  fields = 'userEnteredValue',
): Request {
  return {
    updateCells: {
      range: gridRange(tab, row, position, cells.length, cells[0]!.length),
      rows: cells.map((values) => ({ values })),
      fields,
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
