import { useRef, useState } from 'preact/hooks';
import type { SqlReply, TableView } from './messages.ts';
import { Icon } from './icons.tsx';
import { RowsTable } from './rows-table.tsx';

interface Props {
  table: TableView;
  runSql: (text: string) => Promise<SqlReply>;
}

const examples: { label: string; sql: (table: string) => string }[] = [
  {
    label: 'Update 200 rows',
    sql: (table) =>
      `update ${table} set gics_sector = upper(gics_sector)\nwhere symbol in (select symbol from ${table} order by symbol limit 200)`,
  },
  {
    label: 'Insert a row',
    sql: (table) =>
      `insert into ${table} (symbol, security, date_added)\nvalues ('TNDM', 'Tandem Bicycles', '2026-08-08')`,
  },
  { label: 'Add a rule', sql: (table) => `alter table ${table} add check (cik > 0)` },
  { label: 'Count by sector', sql: (table) => `select gics_sector, count(*) from ${table} group by 1 order by 2 desc` },
];

/** The table under the sheet, and a box to run SQL on it. */
export function DatabasePanel({ table, runSql }: Props) {
  const [text, setText] = useState('');
  const [reply, setReply] = useState<SqlReply | null>(null);
  const [running, setRunning] = useState(false);
  const [showing, setShowing] = useState<'table' | 'result'>('table');
  const box = useRef<HTMLTextAreaElement>(null);
  const name = table.name ?? 'public.companies';

  async function run() {
    if (running || text.trim() === '') return;
    setRunning(true);
    try {
      const answer = await runSql(text);
      setReply(answer);
      // A statement that only changes rows is best watched in the table.
      if (answer.ok) setShowing(answer.results.some((result) => result.columns.length > 0) ? 'result' : 'table');
      else if (answer.position !== null) box.current?.setSelectionRange(answer.position - 1, answer.position);
    } catch (error) {
      setReply({
        ok: false,
        message: String(error instanceof Error ? error.message : error),
        hint: null,
        position: null,
      });
    } finally {
      setRunning(false);
    }
  }

  const results = reply?.ok === true ? reply.results : [];
  const last = results.filter((result) => result.columns.length > 0).at(-1);
  return (
    <section class="database" aria-label="Database">
      <div class="sql">
        <textarea
          ref={box}
          aria-label="SQL"
          placeholder={`update ${name} set … where …`}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void run();
          }}
        />
        <div class="sql-actions">
          <button type="button" class="primary" disabled={running || text.trim() === ''} onClick={() => void run()}>
            <Icon name="play" /> Run
          </button>
          <span class="hint">Ctrl+Enter</span>
          {examples.map((example) => (
            <button
              key={example.label}
              type="button"
              class="example"
              onClick={() => {
                setText(example.sql(name));
                box.current?.focus();
              }}
            >
              {example.label}
            </button>
          ))}
          <span class={`sql-reply${reply?.ok === false ? ' failed' : ''}`} role="status">
            {reply === null ? '' : describeReply(reply)}
          </span>
        </div>
      </div>
      <div class="rows-heading">
        <button type="button" class={showing === 'table' ? 'lit' : ''} onClick={() => setShowing('table')}>
          <span class="elephant" aria-hidden="true" />
          {table.name === null ? 'No table yet' : table.name}
          <span class="count">{table.total.toLocaleString('en-US')} rows</span>
        </button>
        {last !== undefined && (
          <button type="button" class={showing === 'result' ? 'lit' : ''} onClick={() => setShowing('result')}>
            Result <span class="count">{last.count.toLocaleString('en-US')} rows</span>
          </button>
        )}
      </div>
      {showing === 'result' && last !== undefined ? (
        <RowsTable
          label="Result"
          columns={last.columns.map((column) => ({ name: column }))}
          rows={last.rows}
          live={false}
        />
      ) : (
        <RowsTable label="Table" columns={table.columns} rows={table.rows} live={true} />
      )}
    </section>
  );
}

/** Commands whose number of rows says something. */
const COUNTED = /^(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|FETCH)/;

function describeReply(reply: SqlReply): string {
  if (!reply.ok) return reply.hint === null ? reply.message : `${reply.message} (${reply.hint})`;
  const done = reply.results
    .map(({ command, count }) => (COUNTED.test(command) ? `${command} ${count}` : `${command} done`))
    .join(', ');
  return `${done === '' ? 'Done' : done} in ${reply.ms} ms`;
}
