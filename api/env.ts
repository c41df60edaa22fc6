import * as v from 'valibot';
import { logLevels, type LogLevel } from './log.ts';
import { StartError } from './start-error.ts';

/** What an API needs to know to start, whoever starts it. */
export interface Config {
  /** 0: any free one. */
  port: number;
  /** Address to listen on. Loopback unless told: what faces the network is for the admin to say. */
  host: string;
  /** Null: the embedded database in `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  issuer: string;
  jwksUrl: string;
  /** OAuth client ids of the add-ons that may call. */
  audiences: string[];
  /** Verified email addresses, or subs. */
  admins: string[];
  logLevel: LogLevel;
}

export const GOOGLE_ISSUER = 'https://accounts.google.com';
/** From Google's discovery document, https://accounts.google.com/.well-known/openid-configuration */
export const GOOGLE_JWKS_URL = 'https://www.googleapis.com/oauth2/v3/certs';

const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(/[\s,]+/).filter((item) => item !== '')),
  v.minLength(1),
);

const webAddress = v.pipe(
  v.string(),
  v.check((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
  }),
);

const databaseAddress = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol)),
  v.check((text) => isEncoded(text)),
);

/** A percent sign in a password that is not written as %25. */
function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}

interface Variable<TSchema extends v.GenericSchema<string, unknown>> {
  schema: TSchema;
  /** Undefined: the variable must be set. */
  otherwise?: string | null;
  /** What to write, after "write". */
  write: string;
  /** Its value may be shown. */
  secret?: true;
}

const variable = <TSchema extends v.GenericSchema<string, unknown>>(it: Variable<TSchema>) => it;

/** Every variable there is. */
const variables = {
  PORT: variable({
    schema: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.maxValue(65_535)),
    otherwise: '8080',
    write: 'the port to listen on, a number up to 65535, for example 8080',
  }),
  HOST: variable({
    schema: v.pipe(v.string(), v.regex(/^[A-Za-z0-9.:_-]+$/)),
    otherwise: '127.0.0.1',
    write: 'the address to listen on, for example 127.0.0.1 (this machine only) or 0.0.0.0 (every network)',
  }),
  DATABASE_URL: variable({
    schema: databaseAddress,
    otherwise: null,
    write:
      'postgres://user:password@host:5432/database (a % in the password as %25), or leave it out to use the embedded database',
    secret: true,
  }),
  TANDEM_DATA_DIR: variable({
    schema: v.pipe(v.string(), v.minLength(1)),
    otherwise: '.tandem',
    write: 'the folder of the embedded database, for example .tandem',
  }),
  TANDEM_ISSUER: variable({
    schema: webAddress,
    otherwise: GOOGLE_ISSUER,
    write: `the issuer of the identity tokens, for example ${GOOGLE_ISSUER}`,
  }),
  TANDEM_JWKS_URL: variable({
    schema: webAddress,
    otherwise: GOOGLE_JWKS_URL,
    write: `the address of the issuer's keys (https), for example ${GOOGLE_JWKS_URL}`,
  }),
  TANDEM_AUDIENCES: variable({
    schema: list,
    write:
      'the OAuth client ids of your Apps Script projects, separated by commas, for example 1234-abc.apps.googleusercontent.com (the "aud" of the identity token; Tandem accepts tokens made for these only)',
  }),
  TANDEM_ADMINS: variable({
    schema: v.pipe(
      list,
      v.check((items) => items.every((item) => /^[^@]+@[^@]+\.[^@]+$/.test(item) || /^[\w-]{3,255}$/.test(item))),
    ),
    write:
      'the email addresses (or account ids) of those who may link tables, separated by commas, for example ann@example.com',
  }),
  LOG_LEVEL: variable({
    schema: v.picklist(logLevels),
    otherwise: 'info',
    write: `one of ${logLevels.join(', ')}`,
  }),
};

const fileName = v.pipe(v.string(), v.minLength(1));

/** What a run of the REST host needs besides the database: the way to the sheet. */
const sheetsVariables = {
  DATABASE_URL: variables.DATABASE_URL,
  TANDEM_DATA_DIR: variables.TANDEM_DATA_DIR,
  LOG_LEVEL: { ...variables.LOG_LEVEL, otherwise: 'warn' },
  TANDEM_SHEETS_ROOT_URL: variable({
    schema: v.pipe(
      webAddress,
      v.transform((text) => (text.endsWith('/') ? text : `${text}/`)),
    ),
    otherwise: null,
    write: 'the address of a local Sheets API, for example http://127.0.0.1:8790/, or leave it out to use Google',
  }),
  TANDEM_SHEETS_KEY_FILE: variable({
    schema: fileName,
    otherwise: null,
    write: "the path of a service account's key file (JSON); share the spreadsheet with its address as an editor",
  }),
  TANDEM_SHEETS_TOKEN: variable({
    schema: v.pipe(v.string(), v.regex(/^\S+$/)),
    otherwise: null,
    write: 'an OAuth access token with the scope https://www.googleapis.com/auth/spreadsheets',
    secret: true,
  }),
};

/** What one run of the REST host needs to know. */
export interface HostConfig {
  databaseUrl: string | null;
  dataDir: string;
  logLevel: LogLevel;
  /** See api/sheets/client.ts. */
  sheets: { rootUrl: string | null; keyFile: string | null; accessToken: string | null };
}

type Environment = Record<string, string | undefined>;
type Variables = Record<string, Variable<v.GenericSchema<string, unknown>>>;
type Values<T extends Variables> = { [N in keyof T]: v.InferOutput<T[N]['schema']> | null };

/**
 * The configuration from the environment. Variables set there win over those of a file `.env` in the working folder.
 * @throws StartError that names every missing or wrong variable and says what to write
 */
export function readConfig(environment: Environment = withEnvironmentFile()): Config {
  const faults: string[] = [];
  const values = readVariables(variables, environment, faults);
  const { TANDEM_ISSUER: issuer, TANDEM_JWKS_URL: jwksUrl } = values;
  if (typeof issuer === 'string' && issuer !== GOOGLE_ISSUER && jwksUrl === GOOGLE_JWKS_URL) {
    faults.push(`TANDEM_JWKS_URL is missing. With TANDEM_ISSUER set, write ${variables.TANDEM_JWKS_URL.write}.`);
  }
  if (faults.length > 0) throw new StartError(configurationFault(faults));
  const ok = values;
  return {
    port: ok.PORT!,
    host: ok.HOST!,
    databaseUrl: ok.DATABASE_URL,
    dataDir: ok.TANDEM_DATA_DIR!,
    issuer: ok.TANDEM_ISSUER!,
    jwksUrl: ok.TANDEM_JWKS_URL!,
    audiences: ok.TANDEM_AUDIENCES!,
    admins: ok.TANDEM_ADMINS!,
    logLevel: ok.LOG_LEVEL!,
  };
}

/**
 * The configuration of one run of the REST host.
 * @throws StartError that names every missing or wrong variable and says what to write
 */
export function readHostConfig(environment: Environment = withEnvironmentFile()): HostConfig {
  const faults: string[] = [];
  const ok = readVariables(sheetsVariables, environment, faults);
  const { TANDEM_SHEETS_KEY_FILE: keyFile, TANDEM_SHEETS_TOKEN: accessToken } = ok;
  if (faults.length === 0 && (keyFile === null) === (accessToken === null)) {
    faults.push(
      `${keyFile === null ? 'TANDEM_SHEETS_KEY_FILE is missing.' : 'TANDEM_SHEETS_KEY_FILE and TANDEM_SHEETS_TOKEN are both set.'} ` +
        `Write in one of them: ${sheetsVariables.TANDEM_SHEETS_KEY_FILE.write}; or, in TANDEM_SHEETS_TOKEN, ${sheetsVariables.TANDEM_SHEETS_TOKEN.write}.`,
    );
  }
  if (faults.length > 0) throw new StartError(configurationFault(faults));
  return {
    databaseUrl: ok.DATABASE_URL,
    dataDir: ok.TANDEM_DATA_DIR!,
    logLevel: ok.LOG_LEVEL!,
    sheets: { rootUrl: ok.TANDEM_SHEETS_ROOT_URL, keyFile, accessToken },
  };
}

/** Reads the variables; what is missing or wrong is added to `faults`, and null stands in its place. */
function readVariables<T extends Variables>(variables: T, environment: Environment, faults: string[]): Values<T> {
  const values: Record<string, unknown> = {};
  for (const [name, { schema, otherwise, write, secret }] of Object.entries(variables)) {
    values[name] = null;
    const given = environment[name]?.trim();
    // Set but empty is how compose files and CI say "not set".
    const text = given === undefined || given === '' ? otherwise : given;
    if (text === undefined) {
      faults.push(`${name} is missing. Write ${write}.`);
      continue;
    }
    if (text === null) continue;
    const result = v.safeParse(schema, text);
    if (result.success) values[name] = result.output;
    else faults.push(`${name} is wrong${secret ? '' : ` ("${text.slice(0, 60)}")`}. Write ${write}.`);
  }
  return values as Values<T>;
}

function configurationFault(faults: string[]): string {
  return [
    'Tandem cannot start: its configuration is not complete.',
    ...faults.map((fault) => `  - ${fault}`),
    'Set them in the environment, or as NAME=value lines of a file .env in the folder you start from.',
  ].join('\n');
}

function withEnvironmentFile(): Environment {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new StartError('The file .env cannot be read. Make it readable, or remove it.');
    }
  }
  return process.env;
}

/** Variables that programs we start need to run at all. */
export function systemEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'HOME']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
