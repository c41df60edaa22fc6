import type { Cell } from '../../shared/cell.ts';
import type { HistoryEntry } from '../../shared/protocol/journal.ts';
import type { UndoRequest } from '../../shared/protocol/links.ts';
import { showKey } from '../../shared/row-key.ts';
import { causeSentence, entryTitle, rowLine, undoLabel, type RunGroup } from './history-words.ts';
import { TextButton } from './parts.tsx';
import { shortCell, when } from './text.ts';

const VALUE_CHARS = 120;

interface RunProps {
  group: RunGroup;
  /** By column id. */
  headers: Record<string, string>;
  timeZone: string;
  /** The history of one row is shown: its key need not be said, and it can be taken back as a whole. */
  ofOneRow: boolean;
  showRow: (key: string) => void;
  undo: (what: UndoRequest, title: string) => void;
}

/** What one run did, under one line that says when and through whom. */
export function HistoryRun(props: RunProps) {
  const { group, timeZone, ofOneRow } = props;
  const newest = group.entries[0]!;
  const at = when(newest.at, timeZone, Date.now());
  const several = group.run !== null && group.entries.length > 1 && !ofOneRow;
  return (
    <section class="run">
      <h2 class="run-head">
        <span>
          {at}
          {newest.actor && <span class="detail"> through {newest.actor}</span>}
        </span>
        {several && (
          <TextButton
            onClick={() => props.undo({ run: group.run! }, 'Undo this whole sync')}
            label={`Undo the whole sync of ${at}`}
          >
            Undo all
          </TextButton>
        )}
      </h2>
      <ul class="problems">
        {group.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} {...props} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ entry, headers, ofOneRow, showRow, undo }: RunProps & { entry: HistoryEntry }) {
  const label = undoLabel(entry);
  const cause = causeSentence(entry);
  const key = showKey(entry.key);
  return (
    <li>
      <div class="where">
        {ofOneRow ? (
          <span>{entry.header ?? 'The whole row'}</span>
        ) : (
          <>
            <TextButton onClick={() => showRow(entry.key)} label={`Only row ${key}`}>
              {key}
            </TextButton>
            {entry.header && <span>{entry.header}</span>}
          </>
        )}
      </div>
      {entry.column === null ? (
        <p>
          {entryTitle(entry)}
          <span class="detail block">{rowLine(entry.op === 'delete' ? entry.before : entry.after, headers)}</span>
        </p>
      ) : (
        <Values entry={entry} />
      )}
      {cause && <p class="hint">{cause}</p>}
      <div class="entry-actions">
        {entry.undone && <span class="tag">Taken back</span>}
        {label && (
          <TextButton
            onClick={() => undo({ entries: [entry.id] }, label)}
            label={`${label}: ${key}${entry.header ? `, ${entry.header}` : ''}`}
          >
            {label}
          </TextButton>
        )}
        {ofOneRow && entry.op !== 'held' && (
          <TextButton onClick={() => undo({ key: entry.key, since: entry.id }, 'Undo this and what came later')}>
            Undo this and what came later
          </TextButton>
        )}
      </div>
    </li>
  );
}

function Values({ entry }: { entry: HistoryEntry }) {
  const before = shortCell(entry.before as Cell, VALUE_CHARS);
  const after = shortCell(entry.after as Cell, VALUE_CHARS);
  if (entry.op === 'held') {
    return (
      <p>
        {entryTitle(entry)}. Sheet: <b>{before}</b>, table: <b>{after}</b>
      </p>
    );
  }
  return (
    <p>
      {entry.op === 'lost' && <span class="detail block">{entryTitle(entry)}</span>}
      <del>{before}</del> <span aria-label="became">→</span> <b>{after}</b>
    </p>
  );
}
