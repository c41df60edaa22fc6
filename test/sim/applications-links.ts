import type { TransactionSql } from 'postgres';
import type { RelatedAct, SchemaAct } from './schedule-links.ts';
import { relatedActs } from './schedule-links.ts';
import type { World } from './world.ts';

export function isRelatedAct(act: string): act is RelatedAct {
  return (relatedActs as readonly string[]).includes(act);
}

/** What an application does to the table that labels and related columns come from; answers whether it did anything. */
export async function changeRelated(
  tx: TransactionSql,
  { profile }: World,
  act: RelatedAct,
  n: number,
  fresh: () => number,
): Promise<boolean> {
  if (!profile.others?.some(({ name }) => name === 'item_owner')) return false;
  const owners = await tx<{ id: number; label: string | null }[]>`SELECT id, label FROM item_owner ORDER BY id`;
  const owner = owners[n % Math.max(1, owners.length)];
  if (act === 'addOwner') {
    const id = 10 + fresh();
    await tx`INSERT INTO item_owner VALUES (${id}, ${`owner ${n % 2 === 0 ? id : 1 + (n % 6)}`}, ${`ac${id}`})`;
    return true;
  }
  if (owner === undefined) return false;
  switch (act) {
    case 'relabel':
      // Sometimes to nothing: the key itself stands for the row then.
      await tx`UPDATE item_owner SET label = ${n % 5 === 0 ? null : `owner ${fresh()}`} WHERE id = ${owner.id}`;
      return true;
    case 'repeatLabel': {
      const other = owners[(n >> 4) % owners.length]!;
      await tx`UPDATE item_owner SET label = ${other.label} WHERE id = ${owner.id}`;
      return true;
    }
    case 'moveOwner':
      await tx`UPDATE item_owner SET city = ${`ac${fresh()}`} WHERE id = ${owner.id}`;
      return true;
    case 'dropOwner':
      await tx`DELETE FROM item_owner WHERE id = ${owner.id}`;
      return true;
  }
}

/** Changes the table's definition; answers the column that is gone, by id, where one is. */
export async function changeSchema(
  tx: TransactionSql,
  world: World,
  act: SchemaAct,
  n: number,
): Promise<{ done: boolean; gone: string | null }> {
  const { table } = world.profile;
  if (act === 'relaxCheck') {
    const [check] = await tx<{ name: string }[]>`
      SELECT conname AS name FROM pg_constraint WHERE conrelid = ${table}::regclass AND contype = 'c' LIMIT 1`;
    if (check === undefined) return { done: false, gone: null };
    await tx.unsafe(`ALTER TABLE ${table} DROP CONSTRAINT "${check.name}"`);
    world.tableTouched = world.relaxed = true;
    return { done: true, gone: null };
  }
  // The first stays: other acts are done with it.
  const columns = world.profile.replace ? [] : world.ownValues().slice(1);
  const column = columns[n % Math.max(1, columns.length)];
  if (column === undefined || columns.length < 2) return { done: false, gone: null };
  await tx.unsafe(`ALTER TABLE ${table} DROP COLUMN ${column.name}`);
  world.tableTouched = true;
  return { done: true, gone: column.id };
}
