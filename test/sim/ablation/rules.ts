import type { AblatedRule } from './ablation.ts';
import { ofBooks } from './of-books.ts';
import { ofDatabase } from './of-database.ts';
import { ofHost } from './of-host.ts';
import { ofMessages } from './of-messages.ts';

/** Every rule that can be taken away. */
export const ablatedRules: readonly AblatedRule[] = [...ofMessages, ...ofHost, ...ofBooks, ...ofDatabase];
