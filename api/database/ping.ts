import type { Sql } from 'postgres';

/** Under way, by pool. */
const pings = new WeakMap<Sql, Promise<boolean>>();

/** Whether the database answers within `timeoutMs`. Anybody may ask, so that all who ask meanwhile share one query. */
export function pingDatabase(sql: Sql, timeoutMs = 2_000): Promise<boolean> {
  const asked = pings.get(sql);
  if (asked !== undefined) return asked;
  const ping = askDatabase(sql, timeoutMs).finally(() => pings.delete(sql));
  pings.set(sql, ping);
  return ping;
}

async function askDatabase(sql: Sql, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const answer = sql`select 1`.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
