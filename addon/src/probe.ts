import { noteChange, noteEdit } from './google/probe/by-hand.ts';
import { askGoogle, finishProbe as finish } from './google/probe/run.ts';
import { addMenu } from './google/ui.ts';

/**
 * The development build: the add-on, and a probe that asks a real Google what nobody could confirm. The list of open
 * questions is in test/google/FIDELITY.md; a normal build does not contain this file.
 */
export * from './main.ts';

const withProbe = (): void =>
  addMenu([
    { caption: 'Run the probe', entryPoint: 'runProbe' },
    { caption: 'Finish the probe', entryPoint: 'finishProbe' },
  ]);

export const onOpen = withProbe;
export const onInstall = withProbe;

/** Menu: Run the probe. */
export const runProbe = (): void => askGoogle();

/** Menu: Finish the probe, after the steps done by hand. */
export const finishProbe = (): void => finish();

/** Installable triggers, made by the probe. */
export const probeEdit = (event: GoogleAppsScript.Events.SheetsOnEdit): void => noteEdit(event);
export const probeChange = (event: GoogleAppsScript.Events.SheetsOnChange): void => noteChange(event);
