import { partsOf, serialOf } from '../../serial.ts';
import { FormulaError } from '../coerce.ts';
import { num, plain, range, type FunctionTable } from './define.ts';

/** A day that may overflow its month, as DATE(2024, 14, 35) does. */
function dayOf(year: number, month: number, day: number): number {
  const first = serialOf(year + Math.floor((month - 1) / 12), ((((month - 1) % 12) + 12) % 12) + 1, 1);
  if (first === null) throw new FormulaError('#NUM!');
  return first + day - 1;
}

const part = (name: keyof ReturnType<typeof partsOf>) =>
  plain(1, 1, ([value], scope) => partsOf(num(value, scope))[name]);

export const dates: FunctionTable = {
  TODAY: range(0, 0, (_, scope) => Math.floor(scope.workbook.today())),
  NOW: range(0, 0, (_, scope) => scope.workbook.today()),
  DATE: plain(3, 3, ([y, m, d], scope) => {
    const year = Math.trunc(num(y, scope));
    return dayOf(year < 1900 ? year + 1900 : year, Math.trunc(num(m, scope)), Math.trunc(num(d, scope)));
  }),
  TIME: plain(3, 3, ([h, m, s], scope) => ((num(h, scope) * 3600 + num(m, scope) * 60 + num(s, scope)) / 86_400) % 1),
  DATEVALUE: plain(1, 1, ([value], scope) => Math.floor(num(value, scope))),
  TIMEVALUE: plain(1, 1, ([value], scope) => num(value, scope) % 1),
  YEAR: part('year'),
  MONTH: part('month'),
  DAY: part('day'),
  HOUR: part('hour'),
  MINUTE: part('minute'),
  SECOND: part('second'),
  WEEKDAY: plain(1, 2, ([value, type], scope) => {
    const { weekday } = partsOf(num(value, scope));
    const kind = num(type, scope, 1);
    return kind === 1 ? weekday + 1 : kind === 2 ? ((weekday + 6) % 7) + 1 : (weekday + 6) % 7;
  }),
  DAYS: plain(2, 2, ([end, start], scope) => Math.floor(num(end, scope)) - Math.floor(num(start, scope))),
  EDATE: plain(2, 2, ([value, months], scope) => {
    const { year, month, day } = partsOf(num(value, scope));
    const first = dayOf(year, month + Math.trunc(num(months, scope)), 1);
    const next = dayOf(year, month + Math.trunc(num(months, scope)) + 1, 1);
    return Math.min(first + day - 1, next - 1);
  }),
  EOMONTH: plain(2, 2, ([value, months], scope) => {
    const { year, month } = partsOf(num(value, scope));
    return dayOf(year, month + Math.trunc(num(months, scope)) + 1, 1) - 1;
  }),
};
