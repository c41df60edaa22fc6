/* Imports a CSV file on a schedule, set up in a sidebar: properties, triggers, UrlFetch, cache, a lock, templates. */

const SETTINGS = 'import.settings';

function onOpen() {
  SpreadsheetApp.getUi()
    .createMenu('Import')
    .addItem('Set up', 'showSetup')
    .addItem('Import now', 'importNow')
    .addToUi();
}

function showSetup() {
  const template = HtmlService.createTemplateFromFile('setup');
  template.settings = getSettings();
  SpreadsheetApp.getUi().showSidebar(template.evaluate().setTitle('Import').setWidth(300));
}

function getSettings() {
  const text = PropertiesService.getDocumentProperties().getProperty(SETTINGS);
  return text ? JSON.parse(text) : { url: '', sheet: 'Imported', hours: 1 };
}

function saveSettings(settings) {
  PropertiesService.getDocumentProperties().setProperty(SETTINGS, JSON.stringify(settings));
  ScriptApp.getProjectTriggers()
    .filter((trigger) => trigger.getHandlerFunction() === 'importNow')
    .forEach((trigger) => ScriptApp.deleteTrigger(trigger));
  ScriptApp.newTrigger('importNow').timeBased().everyHours(settings.hours).create();
  return ScriptApp.getProjectTriggers().length;
}

function importNow(event) {
  const lock = LockService.getDocumentLock();
  if (!lock.tryLock(1000)) return;
  try {
    const { url, sheet: name } = getSettings();
    const cache = CacheService.getDocumentCache();
    let csv = cache.get(url);
    if (csv === null) {
      const response = UrlFetchApp.fetch(url, { muteHttpExceptions: true, headers: { Accept: 'text/csv' } });
      if (response.getResponseCode() !== 200)
        throw new Error(`The file cannot be read (${response.getResponseCode()}).`);
      csv = response.getContentText();
      cache.put(url, csv, 600);
    }
    const rows = Utilities.parseCsv(csv);
    const book = SpreadsheetApp.getActive();
    const sheet = book.getSheetByName(name) || book.insertSheet(name);
    sheet.clear();
    sheet.getRange(1, 1, rows.length, rows[0].length).setValues(rows);
    sheet.getRange(2, rows[0].length + 1, rows.length - 1).setFormulaR1C1('=R[0]C[-1]*2');
    sheet
      .getRange('A1')
      .setNote(
        Utilities.formatString(
          '%s rows, %s',
          rows.length - 1,
          Utilities.formatDate(new Date(), book.getSpreadsheetTimeZone(), 'yyyy-MM-dd HH:mm'),
        ),
      );
    SpreadsheetApp.flush();
    console.log('imported %s rows by %s', rows.length - 1, event && event.triggerUid ? 'trigger' : 'hand');
  } finally {
    lock.releaseLock();
  }
}
