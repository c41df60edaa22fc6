import type { NamedRange } from './attributes.ts';
import type { Row } from './grid.ts';
import type { LocaleCode } from './locale.ts';
import type { DeveloperMetadata } from './metadata.ts';
import { Tab } from './tab.ts';
import type { Workbook } from './workbook.ts';

/** A workbook at one moment. Plain data: it may be cloned, or kept as JSON. Rows are shared until written to. */
export interface Snapshot {
  title: string;
  locale: LocaleCode;
  timeZone: string;
  namedRanges: NamedRange[];
  metadata: DeveloperMetadata[];
  tabs: TabSnapshot[];
}

export interface TabSnapshot {
  id: number;
  title: string;
  rowCount: number;
  columnCount: number;
  frozenRows: number;
  frozenColumns: number;
  hidden: boolean;
  merges: Tab['merges'];
  protectedRanges: Tab['protectedRanges'];
  hiddenRows: number[];
  hiddenColumns: number[];
  filter: Tab['filter'];
  tables: Tab['tables'];
  attachments: Tab['attachments'];
  other: Record<string, unknown>;
  /** JSON turns an absent row into null. */
  rows: (Row | undefined | null)[];
}

export function takeSnapshot(workbook: Workbook): Snapshot {
  return {
    title: workbook.title,
    locale: workbook.locale,
    timeZone: workbook.timeZone,
    namedRanges: workbook.namedRanges,
    metadata: workbook.metadata,
    tabs: workbook.tabs.map(snapshotTab),
  };
}

function snapshotTab(tab: Tab): TabSnapshot {
  return {
    id: tab.id,
    title: tab.title,
    rowCount: tab.rowCount,
    columnCount: tab.columnCount,
    frozenRows: tab.frozenRows,
    frozenColumns: tab.frozenColumns,
    hidden: tab.hidden,
    merges: tab.merges.slice(),
    protectedRanges: tab.protectedRanges.slice(),
    hiddenRows: [...tab.hiddenRows],
    hiddenColumns: [...tab.hiddenColumns],
    filter: tab.filter,
    tables: tab.tables,
    attachments: tab.attachments,
    other: { ...tab.other },
    rows: tab.grid.snapshot(),
  };
}

/** Makes `target` hold what `source` holds, under its own id and title. */
export function copyTab(source: Tab, target: Tab): void {
  restoreTab(target, { ...snapshotTab(source), title: target.title });
}

/** Tabs that exist keep their object, so that those who hold one go on seeing the sheet. */
export function restoreWorkbook(workbook: Workbook, snapshot: Snapshot): void {
  workbook.title = snapshot.title;
  workbook.locale = snapshot.locale;
  workbook.timeZone = snapshot.timeZone;
  workbook.namedRanges = snapshot.namedRanges;
  workbook.metadata = snapshot.metadata;
  workbook.tabs = snapshot.tabs.map((saved) => {
    const tab =
      workbook.tabById(saved.id) ?? new Tab(workbook, saved.id, saved.title, saved.rowCount, saved.columnCount);
    restoreTab(tab, saved);
    return tab;
  });
}

function restoreTab(tab: Tab, saved: TabSnapshot): void {
  const { id: _, rows, hiddenRows, hiddenColumns, ...properties } = saved;
  // A state that was saved before there were tables has neither.
  Object.assign(tab, { tables: [], attachments: [] }, properties, {
    merges: saved.merges.slice(),
    protectedRanges: saved.protectedRanges.slice(),
    hiddenRows: new Set(hiddenRows),
    hiddenColumns: new Set(hiddenColumns),
    other: { ...saved.other },
    computed: null,
  });
  tab.grid.restore(rows.map((row) => row ?? undefined));
}
