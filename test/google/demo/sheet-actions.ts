import * as v from 'valibot';
import type { SheetAction } from './page/messages.ts';

const Line = v.pipe(v.number(), v.integer(), v.minValue(1));
const Text = v.pipe(v.string(), v.maxLength(50_000));

const Action = v.variant('do', [
  v.object({ do: v.literal('type'), row: Line, column: Line, text: Text }),
  v.object({ do: v.literal('paste'), row: Line, column: Line, values: v.pipe(v.array(v.array(Text)), v.minLength(1)) }),
  v.object({ do: v.literal('clear'), row: Line, column: Line, rows: Line, columns: Line }),
  v.object({ do: v.picklist(['insertRows', 'deleteRows']), row: Line, count: Line }),
  v.object({ do: v.picklist(['insertColumns', 'deleteColumns']), column: Line, count: Line }),
  v.object({ do: v.literal('sort'), column: Line, ascending: v.boolean() }),
  v.object({ do: v.literal('undo') }),
]);

/** @throws Error naming what is wrong with it */
export function readSheetAction(input: unknown): SheetAction {
  const result = v.safeParse(Action, input);
  if (!result.success) throw new Error(`This is nothing a person can do to the sheet: ${result.issues[0].message}`);
  return result.output;
}
