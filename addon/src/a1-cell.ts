import { columnNumber } from '../../shared/a1.ts';
import { Sentence } from './sentence.ts';

/** Row and position of a single cell's A1 name. */
export function a1ToCell(name: string): { row: number; position: number } {
  const match = /^([A-Z]{1,3})([1-9]\d{0,7})$/.exec(name);
  if (!match) throw cellGone();
  return { row: Number(match[2]), position: columnNumber(match[1]!) };
}

export function cellGone(): Sentence {
  return new Sentence('That cell is not there any more. Look again.');
}
