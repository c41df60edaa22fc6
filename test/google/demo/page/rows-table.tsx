import { useMemo } from 'preact/hooks';
import { columnWidths } from './column-widths.ts';
import { useFlash } from './changed-cells.ts';
import { useWindow } from './use-window.ts';

const ROW = 22;
const HEAD = 26;

interface Props {
  label: string;
  columns: { name: string; type?: string; numeric?: boolean }[];
  rows: (string | null)[][];
  /** Rows flash where they changed; off for the result of a query. */
  live: boolean;
}

/** Rows of the database, read only; only those in view are in the document. */
export function RowsTable({ label, columns, rows, live }: Props) {
  const { element, first, last } = useWindow(rows.length, ROW);
  const structure = columns.map((column) => column.name).join('\t');
  const widths = useMemo(() => {
    const heads = columns.map((column) => (column.name.length + (column.type?.length ?? 0)) * 5.6 + 22);
    return columnWidths(rows, columns.length, { least: 60, most: 172 }).map((width, index) =>
      Math.round(Math.max(width, heads[index]!)),
    );
  }, [structure, rows.length > 0]);
  const flashing = useFlash(live ? rows : [], structure);
  return (
    <div class="rows" role="table" aria-label={label} aria-rowcount={rows.length} tabIndex={0} ref={element}>
      <div
        class="canvas"
        style={{ width: `${widths.reduce((sum, width) => sum + width, 0)}px`, height: `${HEAD + rows.length * ROW}px` }}
      >
        <div class="row heads" role="row">
          {columns.map((column, index) => (
            <div key={index} class="head" role="columnheader" style={{ width: `${widths[index]!}px` }}>
              {column.name}
              {column.type !== undefined && <span class="type">{column.type}</span>}
            </div>
          ))}
        </div>
        {rows.slice(first, last).map((row, offset) => (
          <div
            key={first + offset}
            class="row"
            role="row"
            style={{ transform: `translateY(${HEAD + (first + offset) * ROW}px)` }}
          >
            {row.map((value, index) => (
              <div
                key={index}
                role="cell"
                class={[
                  'cell',
                  columns[index]?.numeric === true ? 'number' : 'text',
                  value === null ? 'empty' : '',
                  flashing.has(`${first + offset},${index}`) ? 'flash' : '',
                ].join(' ')}
                style={{ width: `${widths[index] ?? 80}px` }}
              >
                {value ?? 'null'}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
