import { type Question, type Sheet } from './question.ts';

const KEY = 'tandem.probe';

function tagB(sheet: Sheet): void {
  sheet.getRange('B:B').addDeveloperMetadata(KEY, 'b', SpreadsheetApp.DeveloperMetadataVisibility.DOCUMENT);
}

/** `b in 2`: value and column of each tag. */
function tags(sheet: Sheet): string {
  const found = sheet
    .createDeveloperMetadataFinder()
    .withKey(KEY)
    .withLocationType(SpreadsheetApp.DeveloperMetadataLocationType.COLUMN)
    .find();
  return found.map((tag) => `${tag.getValue()} in ${tag.getLocation().getColumn()!.getColumn()}`).join(', ') || 'none';
}

/** What becomes of the tags on mapped columns. */
export const columnQuestions: Question[] = [
  {
    id: 'tag-moves',
    asks: 'Where is a tag of column 2: at first, after a column was inserted before it, after the column was moved to the front?',
    expected: 'b in 2; b in 3; b in 1',
    answer: (sheet) => {
      tagB(sheet);
      const places = [tags(sheet)];
      sheet.insertColumnBefore(1);
      places.push(tags(sheet));
      sheet.moveColumns(sheet.getRange('C:C'), 1);
      places.push(tags(sheet));
      return places.join('; ');
    },
  },
  {
    id: 'tag-deleted',
    asks: 'Does the tag go with its column?',
    expected: 'none',
    answer: (sheet) => {
      tagB(sheet);
      sheet.deleteColumn(2);
      return tags(sheet);
    },
  },
  {
    id: 'tag-copied',
    asks: 'Does a copy of the tab carry the tag?',
    expected: 'none',
    answer: (sheet) => {
      tagB(sheet);
      const copy = sheet.copyTo(SpreadsheetApp.getActiveSpreadsheet());
      const found = tags(copy);
      SpreadsheetApp.getActiveSpreadsheet().deleteSheet(copy);
      return found;
    },
  },
];
