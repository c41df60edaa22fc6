import { connectDatabase } from '../../../api/database/connect.ts';
import { checkTypes } from './check-types.ts';

/** `npm run sim -- --types`: carries `cases` values of each type, and types into as many cells. Answers the exit code. */
export async function runTypes(url: string, options: { cases: number; seed: number }): Promise<number> {
  const connection = connectDatabase(url, { max: 2 });
  try {
    const reports = await checkTypes(connection.sql, options);
    console.log(`${'type'.padEnd(22)}${'values'.padStart(8)}${'typed'.padStart(8)}${'taken'.padStart(8)}`);
    for (const { name, values, typed, taken, failures } of reports) {
      console.log(
        name.padEnd(22) + [values, typed, taken].map((count) => String(count).padStart(8)).join(''),
        failures.length === 0 ? '' : 'FAILED',
      );
    }
    const failures = reports.flatMap((report) => report.failures);
    for (const failure of failures) console.log(failure);
    console.log(
      failures.length === 0 ? 'Every value came back, and every cell was taken or refused with a reason.' : '',
    );
    return failures.length === 0 ? 0 : 1;
  } finally {
    await connection.close(1);
  }
}
