/** The add-on's menu. Makes no other service call: before consent (AuthMode.NONE) anything else would break it. */
export function addMenu(more: readonly { caption: string; entryPoint: string }[] = []): void {
  const menu = SpreadsheetApp.getUi()
    .createAddonMenu()
    .addItem('Open Tandem', 'showSidebar')
    .addItem('Sync now', 'syncNow');
  for (const { caption, entryPoint } of more) menu.addItem(caption, entryPoint);
  menu.addToUi();
}

export function openSidebar(): void {
  SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutputFromFile('sidebar').setTitle('Tandem'));
}
