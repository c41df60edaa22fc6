/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import * as enums from './enums.ts';
import { FilterCriteriaFace } from './filter.ts';
import { make } from './make.ts';
import { RichTextValueBuilderFace } from './rich-text.ts';
import { call, exception } from './rpc.ts';
import { SpreadsheetFace } from './spreadsheet.ts';
import { TextStyleBuilderFace } from './text-style.ts';
import { UiFace } from './ui.ts';
import { DataValidationBuilderFace } from './validation.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

export interface SpreadsheetAppFace extends Sheets.SpreadsheetApp {}

export class SpreadsheetAppFace {
  declare ProtectionType: typeof enums.ProtectionType;
  declare ValueType: typeof enums.ValueType;

  toString(): string {
    return 'SpreadsheetApp';
  }

  /** Null where no document is bound, whatever the declared type says. */
  getActiveSpreadsheet(): SpreadsheetFace {
    const id = call('SpreadsheetApp.getActiveSpreadsheet');
    return (id === null ? null : new SpreadsheetFace(id)) as SpreadsheetFace;
  }

  getActive(): SpreadsheetFace {
    return this.getActiveSpreadsheet();
  }

  getActiveSheet(): Sheets.Sheet {
    return this.getActiveSpreadsheet()?.getActiveSheet() ?? (null as unknown as Sheets.Sheet);
  }

  getActiveRange(): Sheets.Range {
    return this.getActiveSheet().getActiveRange()!;
  }

  getCurrentCell(): Sheets.Range {
    return this.getActiveSheet().getCurrentCell()!;
  }

  getSelection(): Sheets.Selection {
    return this.getActiveSheet().getSelection();
  }

  getActiveRangeList(): Sheets.RangeList {
    return this.getActiveSheet().getActiveRangeList()!;
  }

  setActiveSheet(sheet: Sheets.Sheet): Sheets.Sheet {
    return sheet.activate();
  }

  setActiveRange(range: Sheets.Range): Sheets.Range {
    return range.activate();
  }

  setCurrentCell(cell: Sheets.Range): Sheets.Range {
    return cell.activate();
  }

  openById(id: string): SpreadsheetFace {
    call('SpreadsheetApp.openById', String(id));
    return new SpreadsheetFace(String(id));
  }

  openByUrl(url: string): SpreadsheetFace {
    const id = /\/spreadsheets\/d\/([\w-]+)/.exec(url)?.[1];
    if (!id) throw exception(`Invalid argument: url`);
    return this.openById(id);
  }

  create(name: string, rows = 1000, columns = 26): SpreadsheetFace {
    return new SpreadsheetFace(call('SpreadsheetApp.create', name, rows, columns));
  }

  flush(): void {
    call('SpreadsheetApp.flush');
  }

  getUi(): UiFace {
    call('SpreadsheetApp.getUi');
    return new UiFace();
  }

  newRichTextValue(): RichTextValueBuilderFace {
    return new RichTextValueBuilderFace();
  }

  newDataValidation(): DataValidationBuilderFace {
    return new DataValidationBuilderFace();
  }

  newFilterCriteria(): FilterCriteriaFace {
    return new FilterCriteriaFace();
  }

  newTextStyle(): TextStyleBuilderFace {
    return new TextStyleBuilderFace();
  }
}

const {
  AuthMode: _a,
  Button: _b,
  ButtonSet: _c,
  Weekday: _w,
  EnumValue: _v,
  makeEnum: _m,
  enumValue: _e,
  ...sheetEnums
} = enums;
Object.assign(SpreadsheetAppFace.prototype, sheetEnums);

export { make };
