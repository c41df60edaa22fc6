/* Tidies a sheet by its menu: what add-ons that clean up sheets do. */

function onOpen() {
  SpreadsheetApp.getUi()
    .createAddonMenu()
    .addItem('Remove empty rows', 'removeEmptyRows')
    .addItem('Remove empty columns', 'removeEmptyColumns')
    .addSeparator()
    .addItem('Fill down', 'fillDown')
    .addItem('Crop to data', 'crop')
    .addToUi();
}

function onInstall() {
  onOpen();
}

const isEmpty = (line) => line.every((value) => value === '');

function removeEmptyRows() {
  const sheet = SpreadsheetApp.getActiveSheet();
  const selected = sheet.getActiveRange();
  const values = sheet.getRange(selected.getRow(), 1, selected.getHeight(), sheet.getMaxColumns()).getValues();
  let removed = 0;
  for (let i = values.length - 1; i >= 0; i--) {
    if (!isEmpty(values[i])) continue;
    sheet.deleteRow(selected.getRow() + i);
    removed++;
  }
  SpreadsheetApp.getActive().toast(`${removed} rows removed`, 'Tidy');
}

function removeEmptyColumns() {
  const sheet = SpreadsheetApp.getActiveSheet();
  const selected = sheet.getActiveRange();
  const values = sheet.getRange(1, selected.getColumn(), sheet.getMaxRows(), selected.getWidth()).getValues();
  for (let c = selected.getWidth() - 1; c >= 0; c--) {
    if (isEmpty(values.map((line) => line[c]))) sheet.deleteColumn(selected.getColumn() + c);
  }
}

/** Empty cells of the selected column take the value above them. */
function fillDown() {
  const sheet = SpreadsheetApp.getActiveSheet();
  const selected = sheet.getActiveRange();
  const last = sheet.getLastRow();
  const range = selected.getNumRows() > 1 ? selected : selected.offset(0, 0, last - selected.getRow() + 1, 1);
  let above = '';
  const values = range.getValues().map(([value]) => [(above = value === '' ? above : value)]);
  range.setValues(values);
}

function crop() {
  const sheet = SpreadsheetApp.getActiveSheet();
  const [rows, columns] = [sheet.getLastRow(), sheet.getLastColumn()];
  if (sheet.getMaxRows() > rows) sheet.deleteRows(rows + 1, sheet.getMaxRows() - rows);
  if (sheet.getMaxColumns() > columns) sheet.deleteColumns(columns + 1, sheet.getMaxColumns() - columns);
}

function unique() {
  const sheet = SpreadsheetApp.getActiveSheet();
  const rows = sheet.getDataRange().getValues();
  const seen = {};
  const kept = rows.filter((row) => {
    const key = row.join();
    if (seen[key]) return false;
    return (seen[key] = true);
  });
  sheet.clearContents();
  sheet.getRange(1, 1, kept.length, kept[0].length).setValues(kept);
  return rows.length - kept.length;
}
