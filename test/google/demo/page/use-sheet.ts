import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SheetAction, SheetView } from './messages.ts';
import { jump, rectangle, selectCell, step, type Position, type Selection } from './selection.ts';
import { formatBlock, parseBlock } from './clipboard-text.ts';

/** Text being typed: over the active cell or in the formula bar. */
export interface Editing {
  text: string;
  place: 'cell' | 'bar';
  /** Typing over a cell: arrows commit and move. Opened with Enter, F2 or a double click: they move the caret. */
  replaced: boolean;
}

const PAGE_ROWS = 18;

/** Selection, typing and commands of the sheet; what is shown comes from `view`, what is done goes to `act`. */
export function useSheet(view: SheetView, act: (action: SheetAction) => Promise<void>) {
  const [selection, setSelection] = useState<Selection>(selectCell(2, 1));
  const [editing, showEditing] = useState<Editing | null>(null);
  /** What `editing` is at this moment: leaving the input fires a second `commit` before the page has rendered again. */
  const current = useRef<Editing | null>(null);
  /** Cells as typed until the server has answered with the sheet as it is. */
  const [pending, setPending] = useState<ReadonlyMap<string, string>>(new Map());
  /** What this page's own person changed, so that it does not flash as news. 0-based keys. */
  const own = useRef(new Set<string>());
  const grid = { rows: view.rowCount, columns: view.columnCount };
  const active = selection.anchor;

  useEffect(() => setPending(new Map()), [view.revision]);

  const shown = (row: number, column: number) =>
    pending.get(`${row},${column}`) ?? view.display[row - 1]?.[column - 1] ?? '';
  const input = (row: number, column: number) => view.inputs[`${row},${column}`] ?? shown(row, column);
  const filled = (row: number, column: number) => shown(row, column) !== '';

  function select(position: Position, extend = false) {
    setSelection((now) => (extend ? { ...now, head: position } : { anchor: position, head: position }));
  }

  function setEditing(next: Editing | null) {
    current.current = next;
    showEditing(next);
  }

  function edit(text: string | null, place: Editing['place']) {
    setEditing({ text: text ?? input(active.row, active.column), place, replaced: text !== null });
  }

  /** Ends typing: sends it unless it is what the cell already has. */
  function commit() {
    const typed = current.current;
    if (typed === null) return;
    const { row, column } = active;
    setEditing(null);
    if (typed.text === input(row, column)) return;
    own.current.add(`${row - 1},${column - 1}`);
    setPending((now) => new Map(now).set(`${row},${column}`, typed.text));
    void act({ do: 'type', row, column, text: typed.text });
  }

  function clear() {
    const area = rectangle(selection);
    for (let row = area.row; row < area.row + area.rows; row++) {
      for (let column = area.column; column < area.column + area.columns; column++) {
        own.current.add(`${row - 1},${column - 1}`);
      }
    }
    void act({ do: 'clear', ...area });
  }

  function copy(): string {
    const area = rectangle(selection);
    return formatBlock(
      Array.from({ length: area.rows }, (_, r) =>
        Array.from({ length: area.columns }, (_, c) => shown(area.row + r, area.column + c)),
      ),
    );
  }

  function paste(text: string) {
    const values = parseBlock(text);
    const area = rectangle(selection);
    const width = Math.max(...values.map((row) => row.length));
    for (let r = 0; r < values.length; r++) {
      for (let c = 0; c < width; c++) own.current.add(`${area.row + r - 1},${area.column + c - 1}`);
    }
    setSelection({
      anchor: { row: area.row, column: area.column },
      head: step({ row: area.row, column: area.column }, values.length - 1, width - 1, grid),
    });
    void act({ do: 'paste', row: area.row, column: area.column, values });
  }

  /** Keys while not typing. Answers whether the key was used. */
  function onNavigationKey(event: KeyboardEvent): boolean {
    const command = event.ctrlKey || event.metaKey;
    const from = event.shiftKey ? selection.head : active;
    const moves: Record<string, [-1 | 0 | 1, -1 | 0 | 1]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    if (move !== undefined) {
      select(command ? jump(from, ...move, grid, filled) : step(from, ...move, grid), event.shiftKey);
      return true;
    }
    if (command) {
      const key = event.key.toLowerCase();
      if (key === 'z') void act({ do: 'undo' });
      else if (key === 'a') setSelection({ anchor: active, head: { row: grid.rows, column: grid.columns } });
      else if (event.key === 'Home') select({ row: 1, column: 1 }, event.shiftKey);
      else if (event.key === 'End') select({ row: view.display.length || 1, column: 1 }, event.shiftKey);
      else return false;
      return true;
    }
    switch (event.key) {
      case 'Enter':
        if (event.shiftKey) select(step(active, -1, 0, grid));
        else edit(null, 'cell');
        return true;
      case 'F2':
        edit(null, 'cell');
        return true;
      case 'Tab':
        select(step(active, 0, event.shiftKey ? -1 : 1, grid));
        return true;
      case 'Escape':
        select(active);
        return true;
      case 'Delete':
      case 'Backspace':
        clear();
        return true;
      case 'PageDown':
      case 'PageUp':
        select(step(from, event.key === 'PageDown' ? PAGE_ROWS : -PAGE_ROWS, 0, grid), event.shiftKey);
        return true;
      case 'Home':
        select({ row: from.row, column: 1 }, event.shiftKey);
        return true;
      default:
        if (event.key.length !== 1 || event.altKey) return false;
        edit(event.key, 'cell');
        return true;
    }
  }

  /** Keys while typing. Answers whether the key was used. */
  function onEditingKey(event: KeyboardEvent): boolean {
    if (editing === null) return false;
    const arrows: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const arrow = editing.replaced && editing.place === 'cell' ? arrows[event.key] : undefined;
    if (event.key === 'Escape') setEditing(null);
    else if (event.key === 'Enter') {
      commit();
      select(step(active, event.shiftKey ? -1 : 1, 0, grid));
    } else if (event.key === 'Tab') {
      commit();
      select(step(active, 0, event.shiftKey ? -1 : 1, grid));
    } else if (arrow !== undefined) {
      commit();
      select(step(active, ...arrow, grid));
    } else return false;
    return true;
  }

  const area = useMemo(() => rectangle(selection), [selection]);
  return {
    active,
    area,
    selection,
    editing,
    own,
    grid,
    shown,
    input,
    select,
    setSelection,
    edit,
    setText: (text: string) => current.current !== null && setEditing({ ...current.current, text }),
    commit,
    cancel: () => setEditing(null),
    clear,
    copy,
    paste,
    onNavigationKey,
    onEditingKey,
    act,
  };
}

export type SheetControl = ReturnType<typeof useSheet>;
