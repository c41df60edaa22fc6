import { linkCompanies } from '../link-companies.ts';
import { must, type Step } from './step.ts';

export const firstSync: Step = {
  name: 'first sync of 503 rows',
  budget: { writes: 0 },
  async play(demo) {
    const { plan } = await linkCompanies(demo.sidebar, 'companies', () => {});
    must(plan.insertIntoTable === 503, `The plan should insert 503 rows into the table, not ${plan.insertIntoTable}.`);
    await demo.findTable();
    const [count] = await demo.sql<{ n: number }[]>`select count(*)::int as n from companies`;
    must(count?.n === 503, `The table should have 503 rows, not ${count?.n}.`);
    const handlers = demo.install.triggers.map((trigger) => trigger.handler).sort();
    must(handlers.length === 3, `Three triggers should be installed, not ${handlers.join(', ')}.`);
    return `planned, started and in the table; triggers: ${handlers.join(', ')}`;
  },
};
