import type { ColumnsView } from '../src/rpc.ts';
import { call } from './call.ts';
import type { ScreenProps } from './linked.tsx';
import { SheetOnly, TableOnly } from './one-sided-columns.tsx';
import { Back, Button, Confirm, Heading, Section, WhenLoaded } from './parts.tsx';
import { ago } from './text.ts';
import { useLoad } from './use-load.ts';

export type ColumnChange = Parameters<typeof changeColumns>[1];

/** A change of the synced columns; `append` names headers that the sheet is to get first. */
export function changeColumns(
  tab: number,
  change: {
    add?: { header: string; to: { column: string } | { create: ColumnsView['others'][number]['type'] } }[];
    remove?: string[];
    leave?: { headers: string[]; columns: string[] };
  },
  append: string[] = [],
) {
  return call('changeColumns', tab, change, append);
}

/** The columns of both sides: what is synced, what is not, and what became of them so far. */
export function Columns({ tab, state, go }: ScreenProps) {
  const id = state.tab.id;
  const { loaded, again, renew, renewing } = useLoad(() => call('columns', id));
  const change = (busy: string, what: ColumnChange, append?: string[]): void => {
    // Also after a failure: the columns are perhaps not what they were. What was chosen for others stays.
    void tab.act(busy, () => changeColumns(id, what, append)).then(renew);
  };
  return (
    <>
      <Back onClick={() => go('status')} />
      <Heading>Columns</Heading>
      <WhenLoaded loaded={loaded} again={again} text="Looking at both sides…">
        {(view) => <Loaded view={view} table={state.link.table} busy={tab.busy !== null || renewing} change={change} />}
      </WhenLoaded>
    </>
  );
}

export interface Part {
  view: ColumnsView;
  busy: boolean;
  change: (busy: string, what: ColumnChange, append?: string[]) => void;
}

function Loaded({ table, ...part }: Part & { table: string }) {
  const { view } = part;
  const left =
    view.others.filter((column) => column.left).length + view.unmapped.filter((column) => column.left).length;
  const fresh = view.others.some((column) => !column.left);
  return (
    <>
      {fresh && (
        <Section title="New in the sheet">
          <SheetOnly {...part} left={false} />
        </Section>
      )}
      {view.unmapped.some((column) => !column.left) && (
        <Section title={`New in “${table}”`}>
          <TableOnly {...part} left={false} />
        </Section>
      )}
      <Synced {...part} />
      {left > 0 && (
        <details class="section">
          <summary>Not synced ({left})</summary>
          <SheetOnly {...part} left />
          <TableOnly {...part} left />
        </details>
      )}
      <Log log={view.log} />
    </>
  );
}

const ARROWS = { both: '⇄', toTable: '→', toSheet: '←' };

function Synced({ view, busy, change }: Part) {
  return (
    <Section title={`Synced (${view.synced.length})`}>
      <ul class="list columns">
        {view.synced.map(({ id, header, column, type, key, direction, suspended, suspendedBy, present }) => (
          <li key={id}>
            <div class="column-name">
              <span class="name">{header}</span>
              {key && <span class="tag">key</span>}
            </div>
            <span class="detail">
              {ARROWS[direction]} {column}, {type}
            </span>
            {suspended !== null && <p class="misfit">{suspended}</p>}
            {view.mayChange && !key && (
              <div class="buttons small">
                {suspendedBy === 'table' && present && (
                  <Button
                    disabled={busy}
                    onClick={() => change('Taking it up again…', { remove: [id], add: [{ header, to: { column } }] })}
                  >
                    Take it up again
                  </Button>
                )}
                <Confirm
                  label="Stop syncing"
                  question={`“${header}” stays as it is on both sides, and changes no longer travel. Nothing is deleted.`}
                  yes="Stop syncing"
                  disabled={busy}
                  onYes={() => change('Changing the columns…', { remove: [id] })}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Log({ log }: { log: ColumnsView['log'] }) {
  const now = Date.now();
  return (
    <details class="section">
      <summary>What became of the columns</summary>
      {log.length === 0 && <p class="hint">Nothing yet.</p>}
      <ul class="problems">
        {log.map(({ id, at, actor, what }) => (
          <li key={id}>
            <p>{what}</p>
            <span class="detail">
              {ago(at, now)}, {actor ?? 'noticed by a sync'}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
