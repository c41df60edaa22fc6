import type { Execution } from '../execution.ts';

/** Logger and console. */
export const logServices = {
  'Logger.write': (execution: Execution, severity: string, text: string): void => {
    execution.log.push(severity === 'INFO' ? text : `${severity}: ${text}`);
  },
};
