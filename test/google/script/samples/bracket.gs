/* Draws a knock-out tournament from a named list: offsets, named ranges, colours, widths, old method names. */

function onOpen() {
  SpreadsheetApp.getActiveSpreadsheet().addMenu('Tournament', [{ name: 'Draw', functionName: 'draw_' }, null]);
}

function draw_() {
  const book = SpreadsheetApp.getActiveSpreadsheet();
  const first = book.getRangeByName('FirstTeam');
  const teams = first
    .offset(0, 0, book.getSheetByName('Teams').getMaxRows() - first.getRowIndex() + 1, 1)
    .getValues()
    .map((row) => row[0])
    .filter(String);
  if (teams.length < 2) {
    Browser.msgBox('At least two teams are needed.');
    return;
  }
  const sheet = book.getSheetByName('Draw') || book.insertSheet('Draw', book.getNumSheets());
  sheet.clear();
  const rounds = Math.ceil(Math.log(teams.length) / Math.log(2));
  for (let i = 0; i < Math.pow(2, rounds); i++) {
    const cell = sheet.getRange(2 * i + 1, 1);
    cell.setValue(teams[i] || 'bye').setBackgroundColor('yellow');
  }
  for (let round = 1; round <= rounds; round++) {
    const step = Math.pow(2, round + 1);
    for (let i = 0; i < Math.pow(2, rounds - round); i++) {
      const cell = sheet.getRange(i * step + step / 2, 2 * round + 1);
      cell.setBackgroundColor('yellow').setFontWeight('bold').setHorizontalAlignment('center');
      sheet.setColumnWidth(cell.getColumnIndex() - 1, 15);
      sheet.getRange(i * step + step / 4 + 1, 2 * round, step / 2).setBackground('green');
    }
  }
  sheet.getRange('A1:2').setFontWeight('bold');
  sheet.setFrozenColumns(1);
  sheet.activate();
}
