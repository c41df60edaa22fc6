import type { Activity } from './messages.ts';

const marks: Record<Activity['kind'], string> = { person: 'You', script: 'Add-on', sql: 'SQL', clock: 'Clock' };

/** What happened, newest first: what a person did, what the add-on ran and what it cost. */
export function ActivityPanel({ activity }: { activity: Activity[] }) {
  return (
    <section class="activity" aria-label="Activity">
      <h2>Activity</h2>
      <ol>
        {activity.map((entry) => (
          <li key={entry.id} class={`${entry.kind}${entry.failed === true ? ' failed' : ''}`}>
            <span class="kind">{marks[entry.kind]}</span>
            <span class="what">{entry.text}</span>
            <time>{new Date(entry.at).toLocaleTimeString('en-GB')}</time>
            {entry.reads !== undefined && (
              <span class="cost">
                {count(entry.reads, 'read')} · {count(entry.writes ?? 0, 'cell')} written ·{' '}
                {count(entry.calls ?? 0, 'call')}
                {entry.ms === undefined ? '' : ` · ${entry.ms} ms`}
              </span>
            )}
          </li>
        ))}
        {activity.length === 0 && <li class="none">Edit a cell or run SQL to see the add-on work.</li>}
      </ol>
    </section>
  );
}

const count = (n: number, word: string) => `${n.toLocaleString('en-US')} ${word}${n === 1 ? '' : 's'}`;
