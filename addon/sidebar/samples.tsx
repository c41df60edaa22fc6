import type { PlanInfo } from '../../shared/protocol/links.ts';
import { sameCell } from '../../shared/cell.ts';
import { showKey } from '../../shared/row-key.ts';
import { shortCell } from './text.ts';

type Sample = PlanInfo['samples'][number];

const TITLES: Record<Sample['sort'], string> = {
  different: 'Rows that differ',
  insertIntoTable: 'Rows for the table',
  insertIntoSheet: 'Rows for the sheet',
};

const SHOWN_ROWS = 5;
const SHOWN_CELLS = 4;

/** A few rows of each sort, so that a wrong match is seen before anything is written. */
export function Samples({ plan }: { plan: PlanInfo }) {
  const sorts = (Object.keys(TITLES) as Sample['sort'][]).filter((sort) =>
    plan.samples.some((row) => row.sort === sort),
  );
  return (
    <>
      {sorts.map((sort) => (
        <details key={sort} open={sort === 'different'}>
          <summary>{TITLES[sort]}</summary>
          <ul class="samples">
            {plan.samples
              .filter((row) => row.sort === sort)
              .slice(0, SHOWN_ROWS)
              .map((row) => (
                <li key={row.key}>
                  <b>{showKey(row.key)}</b>
                  {sort === 'different' ? <Differences row={row} /> : <Values row={row} />}
                </li>
              ))}
          </ul>
        </details>
      ))}
    </>
  );
}

function Differences({ row }: { row: Sample }) {
  const cells = row.cells.filter(({ sheet, table }) => !sameCell(sheet, table));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Sheet</th>
          <th scope="col">Table</th>
        </tr>
      </thead>
      <tbody>
        {cells.slice(0, SHOWN_CELLS).map(({ header, sheet, table }) => (
          <tr key={header}>
            <th scope="row">{header}</th>
            <td>{shortCell(sheet, 24)}</td>
            <td>{shortCell(table, 24)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Values({ row }: { row: Sample }) {
  const values = row.cells
    .map(({ sheet, table }) => (row.sort === 'insertIntoTable' ? sheet : table))
    .filter((cell) => cell !== null)
    .map((cell) => shortCell(cell, 24));
  return <span class="detail">{values.slice(0, SHOWN_CELLS).join(' · ')}</span>;
}
