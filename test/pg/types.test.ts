import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkTypes, type TypeReport } from '../sim/types/check-types.ts';
import { typeCases } from '../sim/types/type-cases.ts';
import { freshDatabase, type FreshDatabase } from './support/fresh-database.ts';

let database: FreshDatabase;
let reports: TypeReport[];

beforeAll(async () => {
  database = await freshDatabase();
  reports = await checkTypes(database.sql, { cases: 300, seed: 1 });
}, 120_000);
afterAll(() => database.drop());

it.each(typeCases.map(({ name }) => name))(
  '%s goes to the sheet and back, and takes or refuses what is typed',
  (name) => {
    const report = reports.find((one) => one.name === name)!;
    expect(report.failures).toEqual([]);
    expect(report.values).toBeGreaterThanOrEqual(300);
    expect(report.typed).toBeGreaterThanOrEqual(300);
  },
);

it('takes much of what is typed: a check of nothing but refusals would prove little', () => {
  for (const { name, typed, taken } of reports) {
    const readOnly = typeCases.find((one) => one.name === name)!.readOnly === true;
    if (!readOnly) expect(taken / typed, name).toBeGreaterThan(0.1);
  }
});
