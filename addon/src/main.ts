import { handleChange, handleEdit, handleSyncNow, handleTick } from './entry.ts';
import type { ChangeEvent, EditEvent } from './google/events.ts';
import { addMenu, openSidebar } from './google/ui.ts';
import { callAllowed } from './rpc.ts';

/**
 * Everything Google calls, by name: triggers, menu items and google.script.run see top-level functions only, and the
 * build makes one of each export here. Nothing runs when the bundle loads: before consent any service call would throw.
 */

/** Simple trigger: the document was opened. May run without consent. */
export const onOpen = (): void => addMenu();

export const onInstall = (): void => addMenu();

/** Installable on-edit trigger; runs as the person who set syncing up. */
export const onSheetEdit = (event: EditEvent): void => handleEdit(event);

/** Installable on-change trigger. */
export const onSheetChange = (event: ChangeEvent): void => handleChange(event);

/** Time-driven trigger. */
export const tick = (): void => handleTick();

/** Menu: Open Tandem. */
export const showSidebar = (): void => openSidebar();

/** Menu: Sync now. */
export const syncNow = (): void => handleSyncNow();

/** What the sidebar calls through google.script.run; see rpc.ts for what it may call. */
export const rpc = (name: string, args: unknown[]): unknown => callAllowed(name, args ?? []);
