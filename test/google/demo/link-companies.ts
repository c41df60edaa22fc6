import type { PlanInfo } from '../../../shared/protocol/links.ts';
import type { Sidebar } from './sidebar-calls.ts';

/** Rounds after which a first sync that makes no end has failed. */
const MOST_ROUNDS = 50;

export interface Linked {
  plan: PlanInfo;
  table: { schema: string; name: string };
}

/**
 * Links the tab in view to a new table the way a person does in the sidebar: let it propose a table, create it, map the
 * columns, look at the plan, start, sync until nothing is on its way.
 */
export async function linkCompanies(sidebar: Sidebar, name: string, say: (text: string) => void): Promise<Linked> {
  const { id } = (await sidebar.call('state')).tab;
  const proposal = await sidebar.call('proposal', id);
  if (proposal.problems.length > 0) throw new Error(proposal.problems.join(' '));
  say(`Creating the table ${name} with ${proposal.columns.length} columns`);
  const columns = proposal.columns.map(({ header, type, key }) => ({ header, type, key }));
  const table = { schema: 'public', name, columns };
  const linked = await sidebar.call('linkNewTable', id, { id: proposal.id, table, idColumn: null });
  if (linked.kind !== 'linked') throw new Error('The tab should be linked by now.');
  say(`Comparing ${proposal.rows} rows`);
  const plan = await untilDone(async () => {
    const seen = await sidebar.call('preview', id);
    return seen.complete ? seen : null;
  });
  say(`Starting the first sync: ${plan.insertIntoTable} rows to insert into the table`);
  let { state } = await sidebar.call('start', id, { winner: 'sheet' });
  for (let round = 0; ; round++) {
    if (state.kind !== 'linked') throw new Error('The tab should be linked by now.');
    if (state.pending === 0 && !state.notices.some((notice) => notice.code === 'first_sync_running')) break;
    if (round === MOST_ROUNDS)
      throw new Error(`The first sync made no end: ${state.pending} rows are still on their way.`);
    say(`First sync: ${state.rows} rows`);
    ({ state } = await sidebar.call('syncNow', id));
  }
  return { plan, table: { schema: linked.link.schema, name: linked.link.table } };
}

async function untilDone<T>(attempt: () => Promise<T | null>): Promise<T> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const result = await attempt();
    if (result !== null) return result;
  }
  throw new Error('The rows of the sheet could not all be compared.');
}
