import { arrayFunctions } from './array.ts';
import { dates } from './dates.ts';
import type { FunctionTable } from './define.ts';
import { logic } from './logic.ts';
import { lookups } from './lookup.ts';
import { math } from './math.ts';
import { text } from './text.ts';

/** Every function by its upper-case name; any other name is `#NAME?`. */
export const functions: FunctionTable = { ...logic, ...math, ...text, ...dates, ...lookups, ...arrayFunctions };
