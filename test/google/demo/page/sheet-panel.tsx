import { useEffect, useRef, useState } from 'preact/hooks';
import { cellName, columnLetters } from '../../../../shared/a1.ts';
import type { SheetAction, SheetView } from './messages.ts';
import { Icon, type IconName } from './icons.tsx';
import { SheetGrid } from './sheet-grid.tsx';
import { useSheet, type SheetControl } from './use-sheet.ts';

interface Command {
  icon: IconName;
  label: string;
  action: SheetAction;
  disabled?: boolean;
}

/** What can be done to the selected rows and columns: the toolbar's buttons and the menu's lines. */
function commands(view: SheetView, { area }: SheetControl): Command[] {
  const rows = area.rows === view.rowCount ? 1 : area.rows;
  const columns = area.columns === view.columnCount ? 1 : area.columns;
  const plural = (n: number, word: string) => (n === 1 ? `1 ${word}` : `${n} ${word}s`);
  const these = (n: number, word: string, first: string | number, last: string | number) =>
    n === 1 ? `${word} ${first}` : `${word}s ${first}–${last}`;
  const letters = columnLetters(area.column);
  return [
    { icon: 'undo', label: 'Undo', action: { do: 'undo' }, disabled: !view.canUndo },
    {
      icon: 'rowAbove',
      label: `Insert ${plural(rows, 'row')} above`,
      action: { do: 'insertRows', row: area.row, count: rows },
    },
    {
      icon: 'rowDelete',
      label: `Delete ${these(rows, 'row', area.row, area.row + rows - 1)}`,
      action: { do: 'deleteRows', row: area.row, count: rows },
    },
    {
      icon: 'columnLeft',
      label: `Insert ${plural(columns, 'column')} left`,
      action: { do: 'insertColumns', column: area.column, count: columns },
    },
    {
      icon: 'columnDelete',
      label: `Delete ${these(columns, 'column', letters, columnLetters(area.column + columns - 1))}`,
      action: { do: 'deleteColumns', column: area.column, count: columns },
    },
    {
      icon: 'sortDown',
      label: `Sort sheet by column ${letters} (A to Z)`,
      action: { do: 'sort', column: area.column, ascending: true },
    },
    {
      icon: 'sortUp',
      label: `Sort sheet by column ${letters} (Z to A)`,
      action: { do: 'sort', column: area.column, ascending: false },
    },
  ];
}

/** The spreadsheet: toolbar, formula bar, grid, tab strip. */
export function SheetPanel({ view, act }: { view: SheetView; act: (action: SheetAction) => Promise<void> }) {
  const sheet = useSheet(view, act);
  const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);
  const panel = useRef<HTMLElement>(null);
  const list = commands(view, sheet);
  const { active, editing } = sheet;

  // Clipboard events go to the document, whatever has the focus. Their listeners stay, and find the sheet as it was
  // last drawn: effects run a frame later, and a paste right after a click would go to the cell before.
  const drawn = useRef(sheet);
  drawn.current = sheet;
  useEffect(() => {
    const ours = () =>
      drawn.current.editing === null && panel.current?.querySelector('.grid') === document.activeElement;
    const onCopy = (event: ClipboardEvent) => {
      if (!ours()) return;
      event.preventDefault();
      event.clipboardData?.setData('text/plain', drawn.current.copy());
      if (event.type === 'cut') drawn.current.clear();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (!ours()) return;
      event.preventDefault();
      drawn.current.paste(event.clipboardData?.getData('text/plain') ?? '');
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, []);

  useEffect(() => {
    if (menu === null) return undefined;
    const close = () => setMenu(null);
    window.addEventListener('mousedown', close);
    window.addEventListener('keydown', close);
    return () => {
      window.removeEventListener('mousedown', close);
      window.removeEventListener('keydown', close);
    };
  }, [menu]);

  return (
    <section class="sheet" aria-label="Spreadsheet" ref={panel}>
      <div class="toolbar" role="toolbar" aria-label="Sheet">
        {list.map((command) => (
          <button
            key={command.icon}
            type="button"
            class="tool"
            title={command.label}
            aria-label={command.label}
            disabled={command.disabled}
            onClick={() => void act(command.action)}
          >
            <Icon name={command.icon} />
          </button>
        ))}
        <span class="divider" />
        <span class="name-box">{cellName(active.row, active.column)}</span>
        <span class="fx">fx</span>
        <input
          class="formula-bar"
          aria-label="Formula bar"
          value={editing?.text ?? sheet.input(active.row, active.column)}
          onFocus={() => sheet.edit(null, 'bar')}
          onInput={(event) => sheet.setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (!sheet.onEditingKey(event)) return;
            event.preventDefault();
            panel.current?.querySelector<HTMLElement>('.grid')?.focus({ preventScroll: true });
          }}
          onBlur={() => sheet.commit()}
        />
      </div>
      <SheetGrid view={view} sheet={sheet} openMenu={(x, y) => setMenu({ x, y })} />
      <div class="tabs">
        <span class="tab">{view.tab}</span>
      </div>
      {menu !== null && (
        <div
          class="menu"
          role="menu"
          style={{ left: `${menu.x}px`, top: `${Math.min(menu.y, window.innerHeight - 260)}px` }}
          onMouseDown={(event) => event.stopPropagation()}
        >
          {list.map((command) => (
            <button
              key={command.icon}
              type="button"
              role="menuitem"
              disabled={command.disabled}
              onClick={() => {
                setMenu(null);
                void act(command.action);
              }}
            >
              <Icon name={command.icon} />
              {command.label}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
