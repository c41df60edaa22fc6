import type { TransactionSql } from 'postgres';
import type { UndoPreview } from '../../shared/protocol/journal.ts';
import type { Context } from '../context.ts';
import { readJournal } from './get-journal.ts';
import { onLink } from './on-link.ts';
import { undoIn, UNDO_BUDGET_MS, type UndoInput } from './undo-entries.ts';

/** Changes shown. */
const SHOWN = 100;

/**
 * What an undo would do, and what it would have to leave: it is done and taken back, so that triggers and constraints of
 * the table have their say. Nothing stays written.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function previewUndo({
  ctx,
  input,
  budgetMs = UNDO_BUDGET_MS,
}: {
  ctx: Context;
  input: { link: string } & UndoInput;
  budgetMs?: number;
}): Promise<UndoPreview> {
  return onLink(ctx, input.link, 'preview', (message) =>
    rehearse(message.tx, async (tx) => {
      const preview: UndoPreview = { undone: 0, already: 0, changes: [], refused: [], left: 0 };
      const until = performance.now() + budgetMs;
      let before = input.before;
      for (;;) {
        const { undone, already, refused, next, left } = await undoIn({ ...message, tx }, { ...input, before }, until);
        preview.undone += undone;
        preview.already += already;
        preview.refused.push(...refused);
        preview.left = left;
        if (next === null || performance.now() >= until) break;
        before = next;
      }
      const entries = await readJournal(tx, message.link, { run: message.run, limit: SHOWN });
      preview.changes = entries.flatMap(({ op, key, header, column, before, after }) => {
        if (op !== 'insert' && op !== 'update' && op !== 'delete') return [];
        const cells = { before: null, after: null, ...(column === null ? {} : { before, after }) };
        return [{ op, key, header, ...cells } as UndoPreview['changes'][number]];
      });
      return preview;
    }),
  );
}

/** Does work under a savepoint and takes all of it back; answers what it answered. */
async function rehearse<T>(tx: TransactionSql, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const takenBack = new Error('taken back');
  let answer: { value: T } | null = null;
  try {
    await tx.savepoint(async (sp) => {
      answer = { value: await work(sp) };
      throw takenBack;
    });
  } catch (error) {
    if (error !== takenBack) throw error;
  }
  return answer!.value;
}
