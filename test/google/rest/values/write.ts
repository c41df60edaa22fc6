import { columnLetters } from '../../../../shared/a1.ts';
import type { Area } from '../../workbook/area.ts';
import type { CellInput } from '../../workbook/input.ts';
import { SheetError } from '../../workbook/errors.ts';
import type { Tab } from '../../workbook/tab.ts';
import { badField, invalid } from '../api-error.ts';
import type { DocumentCall } from '../context.ts';
import { clip, exceedsGrid, rangeName, type TabRange } from '../ranges.ts';
import { oneOf, renderOptions, renderRange, type ValueRange } from './render.ts';

export interface UpdateValuesResponse {
  spreadsheetId: string;
  updatedRange: string;
  updatedRows?: number;
  updatedColumns?: number;
  updatedCells?: number;
  updatedData?: ValueRange;
}

type Block = (CellInput | undefined)[][];

/** @throws ApiError when the option is missing: it has no default */
export function inputMode(value: unknown): 'user' | 'raw' {
  const option = oneOf(() => value, 'valueInputOption', 'NONE', ['RAW', 'USER_ENTERED'], 'value_input_option');
  if (option === 'NONE') throw invalid("'valueInputOption' is required but not specified");
  return option === 'RAW' ? 'raw' : 'user';
}

/** Rows of a ValueRange in the body; null leaves a cell alone, '' empties it. `at` names the field in errors. */
export function readValues(valueRange: Record<string, unknown>, at = 'data'): Block {
  const values = valueRange.values ?? [];
  const list = 'type.googleapis.com/google.protobuf.ListValue';
  if (!Array.isArray(values)) {
    throw badField(`${at}.values`, `Invalid value at '${at}.values' (${list}), ${JSON.stringify(values)}`);
  }
  const lines = values.map((line: unknown, r) => {
    if (!Array.isArray(line)) {
      throw badField(`${at}.values[${r}]`, `Invalid value at '${at}.values[${r}]' (${list}), ${JSON.stringify(line)}`);
    }
    return line.map((cell: unknown, c) => {
      if (cell === null) return undefined;
      if (typeof cell === 'object') {
        const kind = Array.isArray(cell) ? 'list_value' : 'struct_value';
        throw invalid(`Invalid ${at}.values[${r}][${c}]: ${kind} {\n}\n`);
      }
      return cell as CellInput;
    });
  });
  const dimension = oneOf((name) => valueRange[name], 'majorDimension', 'ROWS', ['COLUMNS'], `${at}.major_dimension`);
  if (dimension === 'ROWS') return lines;
  const width = Math.max(0, ...lines.map((line) => line.length));
  return Array.from({ length: width }, (_, c) => lines.map((line) => line[c]));
}

/**
 * Where a block goes. A single cell only says where it starts; a larger range also says where it ends, and a block
 * that leaves it is refused rather than cut.
 */
export function target(range: TabRange, block: Block): Area {
  const { tab, area } = range;
  const bounds = clip(range);
  const height = block.length;
  const width = Math.max(0, ...block.map((line) => line.length));
  const single =
    area.top !== undefined && area.top === area.bottom && area.left !== undefined && area.left === area.right;
  const place = { top: bounds.top, left: bounds.left, bottom: bounds.top + height - 1, right: bounds.left + width - 1 };
  if (!single) {
    const where = `Requested writing within range [${rangeName(tab, bounds)}], but tried writing to`;
    if (place.bottom > bounds.bottom) throw invalid(`${where} row [${bounds.bottom + 1}]`);
    if (place.right > bounds.right) throw invalid(`${where} column [${columnLetters(bounds.right + 1)}]`);
  }
  if (place.bottom > tab.rowCount || place.right > tab.columnCount) throw exceedsGrid(tab, place);
  return place;
}

/** Writes a block and answers what UpdateValuesResponse says of it. */
export function writeBlock(
  call: DocumentCall,
  tab: Tab,
  place: Area,
  block: Block,
  mode: 'user' | 'raw',
): UpdateValuesResponse {
  const { workbook, actor } = call;
  const cells = block.reduce((sum, line) => sum + line.filter((cell) => cell !== undefined).length, 0);
  if (place.bottom < place.top || place.right < place.left) {
    return {
      spreadsheetId: workbook.id,
      updatedRange: rangeName(tab, { ...place, bottom: place.top, right: place.left }),
    };
  }
  try {
    tab.setInputs(place.top, place.left, block, { mode, validate: false, ...(actor === undefined ? {} : { actor }) });
  } catch (error) {
    if (error instanceof SheetError) throw invalid(error.message);
    throw error;
  }
  return {
    spreadsheetId: workbook.id,
    updatedRange: rangeName(tab, place),
    updatedRows: place.bottom - place.top + 1,
    updatedColumns: place.right - place.left + 1,
    updatedCells: cells,
  };
}

/** Adds the values just written where `includeValuesInResponse` asks for them. */
export function withData(
  response: UpdateValuesResponse,
  tab: Tab,
  place: Area,
  get: (name: string) => unknown,
): UpdateValuesResponse {
  if (!/^true$/i.test(String(get('includeValuesInResponse') ?? ''))) return response;
  return { ...response, updatedData: renderRange(tab, place, renderOptions(get, 'response')) };
}
