import { parseArgs } from 'node:util';
import { faultKinds, type FaultKind } from './schedule.ts';

const USAGE = `npm run sim -- [options]

Plays seeded schedules of everything that can go wrong between a sheet, the hub and a table, and checks the
invariants of shared/PROTOCOL.md after each. Exits with 1 if one is violated.

  --seeds N         schedules to play (100)
  --from S          first seed (1)
  --faults a,b      only these kinds of trouble (all): ${faultKinds.join(', ')}
  --profile NAME    one kind of table for all; else each seed chooses its own
  --bundle          the built add-on is the host, stopped at every call of a Google service
  --workers W       processes (1)
  --shrink          reduce what failed to the steps it takes
  --json            print one JSON object
  --replay FILE     play a shrunk list of steps again, a JSON array; with --bundle, by the built add-on
  --ablate          take the rules away one by one: the absence of each must be noticed, within 500 schedules;
                    with --shrink, print the steps it takes
  --rule TEXT       with --ablate: only rules whose name has this in it
  --naive           play the naive design as a control
  --types           carry 10,000 values of each type of column to the sheet and back, and type as many cells
  --soak            edit both sides without pause, then look whether they come to rest
  --minutes N       with --soak: how long (10)
  --real            with --soak: on the real clock; else on the simulated one
  --help            print this
`;

export interface SimOptions {
  seeds: number;
  from: number;
  faults: FaultKind[];
  profile: string | undefined;
  bundle: boolean;
  workers: number;
  shrink: boolean;
  json: boolean;
  replay: string | undefined;
  ablate: boolean;
  rule: string;
  naive: boolean;
  types: boolean;
  soak: boolean;
  minutes: number;
  real: boolean;
}

/** What the command line asks for, or what to print and the code to exit with. */
export function readOptions(args: readonly string[]): SimOptions | { print: string; exit: number } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string', default: '100' },
        from: { type: 'string', default: '1' },
        faults: { type: 'string', default: faultKinds.join(',') },
        profile: { type: 'string' },
        bundle: { type: 'boolean', default: false },
        workers: { type: 'string', default: '1' },
        shrink: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        replay: { type: 'string' },
        ablate: { type: 'boolean', default: false },
        rule: { type: 'string', default: '' },
        naive: { type: 'boolean', default: false },
        types: { type: 'boolean', default: false },
        soak: { type: 'boolean', default: false },
        minutes: { type: 'string', default: '10' },
        real: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { print: USAGE, exit: 0 };
    const faults = values.faults.split(',').filter(Boolean);
    const unknown = faults.find((kind) => !faultKinds.includes(kind as FaultKind));
    if (unknown !== undefined) throw new Error(`There is no fault "${unknown}".`);
    return {
      ...values,
      seeds: whole('seeds', values.seeds),
      from: whole('from', values.from),
      workers: whole('workers', values.workers),
      minutes: whole('minutes', values.minutes),
      faults: faults as FaultKind[],
      profile: values.profile,
      replay: values.replay,
    };
  } catch (error) {
    return { print: `${(error as Error).message}\n\n${USAGE}`, exit: 2 };
  }
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number from 1, not "${text}".`);
  return Number(text);
}
