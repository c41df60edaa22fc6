import { useState } from 'preact/hooks';
import { columnLetters } from '../../shared/a1.ts';
import type { ColumnsView, TableType } from '../src/rpc.ts';
import type { Part } from './columns.tsx';
import { normalName } from './match-columns.ts';
import { Button } from './parts.tsx';
import { TypeChoice } from './type-choice.tsx';

/** What stands for a new column of the table among the choices. */
const NEW = '';

/** Columns of the sheet that the link does not sync. */
export function SheetOnly({ left, ...part }: Part & { left: boolean }) {
  const columns = part.view.others.filter((column) => column.left === left);
  if (columns.length === 0) return null;
  return (
    <ul class="list columns">
      {columns.map((column) => (
        <SheetColumn key={`${column.position} ${column.header}`} {...part} column={column} />
      ))}
    </ul>
  );
}

function SheetColumn({ view, busy, change, column }: Part & { column: ColumnsView['others'][number] }) {
  const { header, position } = column;
  const free = view.unmapped.map(({ name }) => name);
  const [chosen, setTarget] = useState(() => free.find((name) => normalName(name) === normalName(header)) ?? NEW);
  // Another column may have got it meanwhile.
  const target = free.includes(chosen) ? chosen : NEW;
  const [type, setType] = useState<TableType>(column.type);
  const add = (): void =>
    change('Adding the column…', {
      add: [{ header, to: target === NEW ? { create: type } : { column: target } }],
    });
  return (
    <li>
      <div class="column-name">
        <span class="name">{header}</span>
        <span class="detail">column {columnLetters(position)}</span>
      </div>
      {view.mayChange && (
        <>
          {free.length > 0 && (
            <select
              aria-label={`Column of the table for ${header}`}
              value={target}
              disabled={busy}
              onChange={(event) => setTarget(event.currentTarget.value)}
            >
              <option value={NEW}>A new column in the table</option>
              {free.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
          {target === NEW ? (
            <TypeChoice column={column} type={type} disabled={busy} onChange={setType} />
          ) : (
            <span class="detail">
              Where only one side has a value, it fills the other. Where both do, the link’s setting for conflicts
              decides, and the history keeps the other value.
            </span>
          )}
          <div class="buttons small">
            <Button primary disabled={busy} onClick={add}>
              {target === NEW ? 'Add to the table' : 'Link'}
            </Button>
            {!column.left && (
              <Button
                disabled={busy}
                onClick={() => change('Noting it…', { leave: { headers: [header], columns: [] } })}
              >
                Leave out
              </Button>
            )}
          </div>
        </>
      )}
    </li>
  );
}

/** Columns of the table that the link does not sync. */
export function TableOnly({ left, view, busy, change }: Part & { left: boolean }) {
  const columns = view.unmapped.filter((column) => column.left === left);
  if (columns.length === 0) return null;
  const taken = new Set([...view.synced, ...view.others].map(({ header }) => header));
  return (
    <ul class="list columns">
      {columns.map(({ name, type, blocking, generated }) => (
        <li key={name}>
          <div class="column-name">
            <span class="name">{name}</span>
            <span class="detail">{type}</span>
          </div>
          {blocking && (
            <span class="misfit">The table requires it: without it, new rows of the sheet cannot be added.</span>
          )}
          {generated && <span class="detail">The database computes it: it travels to the sheet only.</span>}
          {view.mayChange && (
            <div class="buttons small">
              {!taken.has(name) && (
                <Button
                  primary={!left}
                  disabled={busy}
                  onClick={() =>
                    change('Adding the column…', { add: [{ header: name, to: { column: name } }] }, [name])
                  }
                >
                  Add to the sheet
                </Button>
              )}
              {!left && (
                <Button
                  disabled={busy}
                  onClick={() => change('Noting it…', { leave: { headers: [], columns: [name] } })}
                >
                  Leave out
                </Button>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
