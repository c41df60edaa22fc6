import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { columnLetters } from '../../../../shared/a1.ts';
import type { SheetView } from './messages.ts';
import type { SheetControl } from './use-sheet.ts';
import { columnWidths } from './column-widths.ts';
import { contains } from './selection.ts';
import { useFlash } from './changed-cells.ts';
import { useWindow } from './use-window.ts';

const ROW = 22;
const HEAD = 24;
const GUTTER = 44;
const NOTE = 240;
const alignment: Record<string, string> = { t: 'text', n: 'number', b: 'centre', e: 'centre' };

interface Props {
  view: SheetView;
  sheet: SheetControl;
  openMenu: (x: number, y: number) => void;
}

/** The cells: only the rows in view are in the document, the header rows and the row numbers stick. */
export function SheetGrid({ view, sheet, openMenu }: Props) {
  const { element, scrollTop, first, last } = useWindow(view.rowCount, ROW);
  const widths = useMemo(
    () => columnWidths(view.display, view.columnCount, { least: 70, most: 172 }),
    // Widths follow the columns, not each keystroke.
    [view.columnCount, view.display[0]?.join('\t'), view.display.length > 1],
  );
  const lefts = useMemo(() => {
    let left = GUTTER;
    return widths.map((width) => (left += width) - width);
  }, [widths]);
  const flashing = useFlash(view.display, view.display[0]?.join('\t') ?? '', sheet.own);
  const [hovered, setHovered] = useState<string | null>(null);
  const dragging = useRef(false);
  const { active, area, editing } = sheet;

  useEffect(() => {
    const stop = () => (dragging.current = false);
    window.addEventListener('mouseup', stop);
    return () => window.removeEventListener('mouseup', stop);
  }, []);

  // Keeps the moving corner of the selection in sight.
  const { head } = sheet.selection;
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null || head.row > view.rowCount || head.column > view.columnCount) return;
    const top = HEAD + (head.row - 1) * ROW;
    const frozen = HEAD + view.frozenRows * ROW;
    if (head.row > view.frozenRows) {
      if (top - box.scrollTop < frozen) box.scrollTop = top - frozen;
      else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
    }
    const left = lefts[head.column - 1]!;
    const width = widths[head.column - 1]!;
    if (area.columns === view.columnCount) return;
    if (left - box.scrollLeft < GUTTER) box.scrollLeft = left - GUTTER;
    else if (left + width > box.scrollLeft + box.clientWidth) box.scrollLeft = left + width - box.clientWidth;
  }, [head.row, head.column]);

  const hit = (event: MouseEvent) => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-cell]');
    const [row, column] = cell?.dataset['cell']?.split(',').map(Number) ?? [];
    return row === undefined || column === undefined ? null : { row, column };
  };

  function onMouseDown(event: MouseEvent) {
    const at = hit(event);
    if (at === null || (event.target as Element).closest('.editor') !== null) return;
    if (sheet.editing !== null) sheet.commit();
    // A right click inside the selection keeps it, so that the menu acts on all of it.
    if (event.button === 2 && contains(area, at.row, at.column)) return;
    const rows = view.rowCount;
    const columns = view.columnCount;
    if (at.row === 0 && at.column > 0) {
      sheet.setSelection({ anchor: { row: 1, column: at.column }, head: { row: rows, column: at.column } });
    } else if (at.column === 0 && at.row > 0) {
      sheet.setSelection({ anchor: { row: at.row, column: 1 }, head: { row: at.row, column: columns } });
    } else if (at.row > 0) {
      dragging.current = event.button === 0;
      sheet.select(at, event.shiftKey);
    }
  }

  const cell = (row: number, column: number) => {
    const key = `${row},${column}`;
    const text = sheet.shown(row, column);
    const classes = ['cell', alignment[view.kinds[row - 1]?.[column - 1] ?? 't'] ?? 'text'];
    if (row <= view.frozenRows) classes.push('title');
    if (view.notes[key] !== undefined) classes.push('noted');
    if (flashing.has(`${row - 1},${column - 1}`)) classes.push('flash');
    const tint = view.tints[key];
    return (
      <div
        key={column}
        class={classes.join(' ')}
        role="gridcell"
        data-cell={key}
        style={{ width: `${widths[column - 1]!}px`, ...(tint === undefined ? {} : { background: tint }) }}
      >
        {text}
      </div>
    );
  };

  const columns = Array.from({ length: view.columnCount }, (_, index) => index + 1);
  const line = (row: number) => (
    <>
      <div class={`gutter${row >= area.row && row < area.row + area.rows ? ' lit' : ''}`} data-cell={`${row},0`}>
        {row}
      </div>
      {columns.map((column) => cell(row, column))}
    </>
  );

  const rows = [];
  for (let row = Math.max(first, view.frozenRows) + 1; row <= last; row++) {
    rows.push(
      <div key={row} class="row" role="row" style={{ transform: `translateY(${HEAD + (row - 1) * ROW}px)` }}>
        {line(row)}
      </div>,
    );
  }

  /** Where a rectangle of cells lies; frozen rows stay where they are while the rest scrolls. */
  const place = (row: number, column: number, height: number, width: number) => {
    const left = lefts[column - 1] ?? 0;
    const right = (lefts[column + width - 2] ?? 0) + (widths[column + width - 2] ?? 0);
    const top = HEAD + (row - 1) * ROW + (row <= view.frozenRows ? scrollTop : 0);
    return { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${height * ROW}px` };
  };
  /** Right of the cell, or left of it where the pane ends. */
  const noteLeft = (column: number) => {
    const left = lefts[column - 1] ?? 0;
    const right = left + (widths[column - 1] ?? 0);
    const box = element.current;
    const fits = box === null || right + NOTE + 12 <= box.scrollLeft + box.clientWidth;
    return fits ? right + 4 : Math.max(0, left - NOTE - 4);
  };
  const noteAt = editing === null ? (hovered ?? `${active.row},${active.column}`) : null;
  const note = noteAt === null ? undefined : view.notes[noteAt];
  const [noteRow, noteColumn] = (noteAt ?? '1,1').split(',').map(Number) as [number, number];

  return (
    <div
      class="grid"
      role="grid"
      aria-label={`Sheet ${view.tab}`}
      tabIndex={0}
      ref={element}
      onKeyDown={(event) => {
        if (sheet.editing === null && sheet.onNavigationKey(event)) event.preventDefault();
      }}
      onMouseDown={onMouseDown}
      onMouseMove={(event) => {
        const at = hit(event);
        if (dragging.current && at !== null && at.row > 0 && at.column > 0) sheet.select(at, true);
        const key = at === null ? null : `${at.row},${at.column}`;
        setHovered(key !== null && view.notes[key] !== undefined ? key : null);
      }}
      onMouseLeave={() => setHovered(null)}
      onDblClick={(event) => {
        const at = hit(event);
        if (at !== null && at.row > 0 && at.column > 0) sheet.edit(null, 'cell');
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        openMenu(event.clientX, event.clientY);
      }}
    >
      <div
        class="canvas"
        style={{
          width: `${(lefts.at(-1) ?? GUTTER) + (widths.at(-1) ?? 0)}px`,
          height: `${HEAD + view.rowCount * ROW}px`,
        }}
      >
        <div class="heads">
          <div class="row">
            <div class="gutter corner" data-cell="0,0" />
            {columns.map((column) => (
              <div
                key={column}
                class={`head${column >= area.column && column < area.column + area.columns ? ' lit' : ''}`}
                data-cell={`0,${column}`}
                style={{ width: `${widths[column - 1]!}px` }}
              >
                {columnLetters(column)}
              </div>
            ))}
          </div>
          {Array.from({ length: view.frozenRows }, (_, index) => (
            <div key={index} class="row frozen">
              {line(index + 1)}
            </div>
          ))}
        </div>
        {rows}
        {area.rows * area.columns > 1 && (
          <div class="range" style={place(area.row, area.column, area.rows, area.columns)} />
        )}
        {active.row <= view.rowCount && active.column <= view.columnCount && (
          <div
            class={`active${active.row <= view.frozenRows ? ' over' : ''}`}
            style={place(active.row, active.column, 1, 1)}
          />
        )}
        {editing?.place === 'cell' && <Editor sheet={sheet} style={place(active.row, active.column, 1, 1)} />}
        {note !== undefined && (
          <div
            class="note"
            role="tooltip"
            style={{ left: `${noteLeft(noteColumn)}px`, top: place(noteRow, noteColumn, 1, 1).top }}
          >
            {note}
          </div>
        )}
      </div>
    </div>
  );
}

function Editor({ sheet, style }: { sheet: SheetControl; style: Record<string, string> }) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    const end = input.current?.value.length ?? 0;
    input.current?.setSelectionRange(end, end);
  }, []);
  return (
    <input
      ref={input}
      class="editor"
      aria-label="Cell"
      style={{
        ...style,
        minWidth: style['width'] ?? '80px',
        width: `${(sheet.editing?.text.length ?? 0) * 7.5 + 20}px`,
      }}
      value={sheet.editing?.text ?? ''}
      onInput={(event) => sheet.setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (!sheet.onEditingKey(event)) return;
        event.preventDefault();
        event.currentTarget.closest<HTMLElement>('.grid')?.focus({ preventScroll: true });
      }}
      onBlur={() => sheet.commit()}
    />
  );
}
