import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';
import type { Dialog, DialogAnswer, MenuItem, ShownHtml } from '../ui-state.ts';

/** Ui, Browser and toasts: what a person in front of the document sees. */
export const uiServices = {
  /** Throws where nobody is in front of the document: time-driven triggers and the like. */
  'SpreadsheetApp.getUi': ({ kind, actor, document }: Execution): void => {
    if (!document || actor === null || kind === 'trigger') {
      throw new ServiceError('Cannot call SpreadsheetApp.getUi() from this context.');
    }
  },
  'Ui.addMenu': ({ install }: Execution, title: string, addon: boolean, items: MenuItem[]): void => {
    install.menus = [...install.menus.filter((menu) => menu.title !== title), { title, addon, items }];
  },
  'Ui.removeMenu': ({ install }: Execution, title: string): void => {
    install.menus = install.menus.filter((menu) => menu.title !== title);
  },
  'Ui.alert': async (execution: Execution, dialog: Dialog): Promise<DialogAnswer> => execution.install.onDialog(dialog),
  'Ui.prompt': async (execution: Execution, dialog: Dialog): Promise<DialogAnswer> =>
    execution.install.onDialog(dialog),
  'Ui.showSidebar': ({ install }: Execution, shown: ShownHtml): void => {
    install.sidebar = shown;
    install.onShow(shown, 'sidebar');
  },
  'Ui.showModalDialog': ({ install }: Execution, shown: ShownHtml): void => {
    install.modal = shown;
    install.onShow(shown, 'modal');
  },
  'Ui.showModelessDialog': ({ install }: Execution, shown: ShownHtml): void => {
    install.modal = shown;
    install.onShow(shown, 'modal');
  },
  'Spreadsheet.toast': ({ install }: Execution, message: string, title: string): void => {
    install.toasts.push({ message, title });
  },
};
