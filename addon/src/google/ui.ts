/** The add-on's menu. Makes no other service call: before consent (AuthMode.NONE) anything else would break it. */
export function addMenu(): void {
  SpreadsheetApp.getUi()
    .createAddonMenu()
    .addItem('Open Tandem', 'showSidebar')
    .addItem('Sync now', 'syncNow')
    .addToUi();
}

export function openSidebar(): void {
  SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutputFromFile('sidebar').setTitle('Tandem'));
}
