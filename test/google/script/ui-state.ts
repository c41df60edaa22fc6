/** What scripts put on a person's screen. */

export interface MenuItem {
  caption: string;
  /** Function the item calls; absent for separators and submenus. */
  fn?: string;
  items?: MenuItem[];
}

export interface ShownHtml {
  html: string;
  title: string;
  width: number | null;
  height: number | null;
}

export interface Dialog {
  kind: 'alert' | 'prompt';
  title: string;
  text: string;
  buttons: 'OK' | 'OK_CANCEL' | 'YES_NO' | 'YES_NO_CANCEL';
}

export interface DialogAnswer {
  button: 'OK' | 'CANCEL' | 'YES' | 'NO' | 'CLOSE';
  text?: string;
}
