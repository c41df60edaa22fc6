import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Activity, SheetAction, SheetView, Status, TableView } from './messages.ts';
import { ActivityPanel } from './activity-panel.tsx';
import { client, follow } from './client.ts';
import { DatabasePanel } from './database-panel.tsx';
import { Icon, Logo } from './icons.tsx';
import { SheetPanel } from './sheet-panel.tsx';
import { SidebarFrame } from './sidebar-frame.tsx';

const MOST_ACTIVITY = 100;

/** Fetches again when asked, never twice at once; asked meanwhile, once more afterwards. */
function useLatest<Value>(load: () => Promise<Value>, failed: (message: string) => void): [Value | null, () => void] {
  const [value, setValue] = useState<Value | null>(null);
  const busy = useRef(false);
  const again = useRef(false);
  const refresh = useCallback(() => {
    again.current = true;
    if (busy.current) return;
    busy.current = true;
    void (async () => {
      try {
        while (again.current) {
          again.current = false;
          setValue(await load());
        }
      } catch (error) {
        failed(error instanceof Error ? error.message : String(error));
      } finally {
        busy.current = false;
      }
    })();
  }, []);
  return [value, refresh];
}

export function App() {
  const [problem, setProblem] = useState<string | null>(null);
  const [view, refreshSheet] = useLatest<SheetView>(client.sheet, setProblem);
  const [table, refreshTable] = useLatest<TableView>(client.table, setProblem);
  const [status, setStatus] = useState<Status | null>(null);
  const [activity, setActivity] = useState<Activity[]>([]);
  const [ticking, setTicking] = useState(false);

  useEffect(() => {
    const stop = follow({
      connected: (up) => {
        setProblem(up ? null : 'The demo has stopped. Start it again with npm run demo.');
        if (!up) return;
        refreshSheet();
        refreshTable();
        void client.activity().then(setActivity);
      },
      sheet: refreshSheet,
      table: refreshTable,
      status: setStatus,
      activity: (entry) =>
        setActivity((now) => [entry, ...now.filter((other) => other.id !== entry.id)].slice(0, MOST_ACTIVITY)),
    });
    return stop;
  }, []);

  async function act(action: SheetAction) {
    try {
      await client.act(action);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    refreshSheet();
  }

  async function tick() {
    setTicking(true);
    try {
      setStatus(await client.tick());
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setTicking(false);
    }
  }

  return (
    <div class="app">
      <header class="top">
        <Logo />
        <div class="titles">
          <h1>{view?.spreadsheet ?? 'Tandem'}</h1>
          <p>A sheet and a PostgreSQL table, kept in step. Everything here runs on this machine.</p>
        </div>
        {problem !== null && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <StepBadge status={status} />
        <NextTick status={status} />
        <button
          type="button"
          class="primary"
          title="Runs the trigger that looks at both sides every minute"
          disabled={ticking}
          onClick={() => void tick()}
        >
          <Icon name="clock" /> {ticking ? 'Ticking…' : 'Tick now'}
        </button>
      </header>
      <main>
        {view === null ? (
          <section class="sheet loading">Loading the sheet…</section>
        ) : (
          <SheetPanel view={view} act={act} />
        )}
        <SidebarFrame />
        {table === null ? (
          <section class="database loading">Loading the table…</section>
        ) : (
          <DatabasePanel table={table} runSql={client.runSql} />
        )}
        <ActivityPanel activity={activity} />
      </main>
    </div>
  );
}

function StepBadge({ status }: { status: Status | null }) {
  if (status === null || status.inStep === null) return <span class="badge">Not linked</span>;
  if (status.inStep) return <span class="badge in-step">In step</span>;
  return (
    <span class="badge differing">
      {status.differing.toLocaleString('en-US')} {status.differing === 1 ? 'cell differs' : 'cells differ'}
    </span>
  );
}

/** Counts down to the next time-driven trigger by this browser's clock, set by the server's at each status. */
function NextTick({ status }: { status: Status | null }) {
  const [, setBeat] = useState(0);
  const received = useRef(Date.now());
  useEffect(() => {
    received.current = Date.now();
  }, [status]);
  useEffect(() => {
    const timer = setInterval(() => setBeat((beat) => beat + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  if (status === null) return null;
  const clock = new Date(Date.parse(status.now) + Date.now() - received.current);
  const left = status.nextTick === null ? null : Math.max(0, Date.parse(status.nextTick) - clock.getTime());
  return (
    <span class="next-tick">
      <strong>{clock.toLocaleTimeString('en-GB')}</strong>
      {left === null
        ? 'no tick scheduled'
        : `next tick in ${Math.floor(left / 60_000)}:${String(Math.floor(left / 1000) % 60).padStart(2, '0')}`}
    </span>
  );
}
