import { parseArgs } from 'node:util';
import { StartError } from '../../../api/start-error.ts';

export interface Arguments {
  story: boolean;
  json: boolean;
  /** Forget what an earlier demo left and begin anew. */
  fresh: boolean;
  port: number;
  dataDir: string;
  help: boolean;
}

export const usage = `npm run demo [-- options]

  --story      play the story without a browser; ends with 0 only if both sides agree
  --json       with --story: one JSON object as the last line
  --fresh      begin with a new spreadsheet and a new table
  --port N     the page's port (8787; if it is taken, the next free one)
  --data DIR   where database and spreadsheet are kept (TANDEM_DATA_DIR, else .tandem)
`;

/** @throws StartError with a sentence on what is wrong and what to write */
export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parse(argv);
  const port = Number(values.port ?? '8787');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartError(`--port is "${values.port}"; write a number from 1 to 65535, for example --port 8787.`);
  }
  if (values.json === true && values.story !== true) {
    throw new StartError('--json goes with --story: npm run demo -- --story --json');
  }
  return {
    story: values.story ?? false,
    json: values.json ?? false,
    fresh: values.fresh ?? false,
    port,
    // The server's own messages name the variable.
    dataDir: values.data ?? process.env.TANDEM_DATA_DIR ?? '.tandem',
    help: values.help ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        story: { type: 'boolean' },
        json: { type: 'boolean' },
        fresh: { type: 'boolean' },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
