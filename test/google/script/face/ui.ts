import type { Dialog, DialogAnswer, MenuItem } from '../ui-state.ts';
import { Button, ButtonSet } from './enums.ts';
import { call } from './rpc.ts';

import Base = GoogleAppsScript.Base;
type Html = GoogleAppsScript.HTML.HtmlOutput;

class MenuFace implements Base.Menu {
  readonly items: MenuItem[] = [];
  readonly #title: string;
  readonly #addon: boolean;

  constructor(title: string, addon: boolean) {
    this.#title = title;
    this.#addon = addon;
  }

  addItem(caption: string, fn: string): this {
    this.items.push({ caption, fn });
    return this;
  }

  addSeparator(): this {
    this.items.push({ caption: '' });
    return this;
  }

  addSubMenu(menu: Base.Menu): this {
    const { items } = menu as MenuFace;
    this.items.push({ caption: (menu as MenuFace).#title, items });
    return this;
  }

  addToUi(): void {
    call('Ui.addMenu', this.#title, this.#addon, this.items);
  }
}

/** (text), (text, buttons) or (title, text, buttons). */
function dialog(kind: Dialog['kind'], args: (string | Base.ButtonSet)[]): Dialog {
  const texts = args.filter((arg) => typeof arg === 'string') as string[];
  const buttons = args.find((arg) => typeof arg !== 'string');
  const three = args.length === 3;
  return {
    kind,
    title: three ? texts[0]! : '',
    text: (three ? texts[1] : texts[0]) ?? '',
    buttons: String(buttons ?? 'OK') as Dialog['buttons'],
  };
}

const shown = (html: Html, title: string) => {
  return { html: html.getContent(), title, width: html.getWidth(), height: html.getHeight() };
};

export class UiFace implements Base.Ui {
  readonly Button = Button;
  readonly ButtonSet = ButtonSet;

  createMenu(title: string): MenuFace {
    return new MenuFace(title, false);
  }

  createAddonMenu(): MenuFace {
    return new MenuFace('', true);
  }

  alert(...args: (string | Base.ButtonSet)[]): Base.Button {
    return Button[call('Ui.alert', dialog('alert', args)).button];
  }

  prompt(...args: (string | Base.ButtonSet)[]): Base.PromptResponse {
    const answer: DialogAnswer = call('Ui.prompt', dialog('prompt', args));
    return { getSelectedButton: () => Button[answer.button], getResponseText: () => answer.text ?? '' };
  }

  showSidebar(html: Html): void {
    call('Ui.showSidebar', shown(html, html.getTitle()));
  }

  showModalDialog(html: Html, title: string): void {
    call('Ui.showModalDialog', shown(html, title));
  }

  /** Deprecated. */
  showDialog(html: Html): void {
    this.showModalDialog(html, html.getTitle());
  }

  showModelessDialog(html: Html, title: string): void {
    call('Ui.showModelessDialog', shown(html, title));
  }
}

/** Browser answers with names of buttons in lower case, and 'cancel' when the box is closed. */
export class BrowserFace implements Base.Browser {
  readonly Buttons = ButtonSet;

  msgBox(...args: (string | Base.ButtonSet)[]): string {
    const { button } = call('Ui.alert', dialog('alert', args));
    return button === 'CLOSE' ? 'cancel' : button.toLowerCase();
  }

  inputBox(...args: (string | Base.ButtonSet)[]): string {
    const { button, text } = call('Ui.prompt', dialog('prompt', args));
    return button === 'CLOSE' || button === 'CANCEL' ? 'cancel' : (text ?? '');
  }
}
