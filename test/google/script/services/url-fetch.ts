import type { Execution } from '../execution.ts';
import { NetworkFault, type NetworkReply } from '../network.ts';
import { ServiceError } from '../service-error.ts';

/** Source: Google's quota page: 50 MB each way, 8 KB a header, 100 headers, URL of 2 KB. */
const URL_CHARS = 2082;
const HEADER_CHARS = 8 * 1024;
const HEADERS = 100;
const BODY_BYTES = 50 * 1024 * 1024;

/** A request as the face sends it: the body as text, or bytes as base64. */
export interface FetchSpec {
  url: string;
  method: string;
  headers: Record<string, string>;
  text?: string;
  base64?: string;
  mute: boolean;
  followRedirects: boolean;
}

export interface FetchResult {
  status: number;
  headers: Record<string, string | string[]>;
  /** The body: text where its type says that it is UTF-8 (spares the realm decoding it), else base64. */
  base64?: string;
  text?: string;
}

function check({ url, headers, text, base64 }: FetchSpec, whitelist: string[] | undefined): void {
  if (url.length > URL_CHARS) throw new ServiceError('Limit Exceeded: URLFetch URL Length.');
  if (!/^https?:\/\/[^/\s]+/i.test(url)) throw new ServiceError(`Invalid argument: ${url}`);
  if (whitelist && !whitelist.some((prefix) => url.startsWith(prefix))) {
    throw new ServiceError(`Request to ${url} failed because the URL has not been whitelisted in the script manifest.`);
  }
  const pairs = Object.entries(headers);
  if (pairs.length > HEADERS) throw new ServiceError('Limit Exceeded: URLFetch Header Count.');
  if (pairs.some(([name, value]) => name.length + value.length > HEADER_CHARS)) {
    throw new ServiceError('Limit Exceeded: URLFetch Header Size.');
  }
  const bytes = text === undefined ? ((base64?.length ?? 0) * 3) / 4 : Buffer.byteLength(text);
  if (bytes > BODY_BYTES) throw new ServiceError('Limit Exceeded: URLFetch POST Size.');
}

async function fetchOne(execution: Execution, spec: FetchSpec): Promise<FetchResult> {
  const { runtime, install, project, user } = execution;
  check(spec, project.manifest.urlFetchWhitelist);
  runtime.quotas.take(user, 'urlfetch');
  install.counters.add('calls');
  const body =
    spec.text !== undefined ? Buffer.from(spec.text) : spec.base64 ? Buffer.from(spec.base64, 'base64') : null;
  let reply: NetworkReply;
  try {
    reply = await runtime.network.fetch({ ...spec, body });
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    const what = { dns: 'DNS error', unreachable: 'Address unavailable', timeout: 'Timeout' }[error.kind];
    throw new ServiceError(`${what}: ${spec.url}`);
  }
  if (reply.body.byteLength > BODY_BYTES) throw new ServiceError('Limit Exceeded: URLFetch Response Size.');
  if (reply.status >= 400 && !spec.mute) {
    const text = Buffer.from(reply.body).toString('utf8');
    const shown = text.length > 255 ? `${text.slice(0, 255)}...` : text;
    throw new ServiceError(
      `Request failed for ${new URL(spec.url).origin} returned code ${reply.status}. Truncated server response: ` +
        `${shown} (use muteHttpExceptions option to examine full response)`,
    );
  }
  const bytes = Buffer.from(reply.body);
  const type = String(reply.headers['Content-Type'] ?? '');
  const isText = /^(text\/|application\/(json|javascript|xml))/.test(type) && !/charset=(?!utf-8)/i.test(type);
  return {
    status: reply.status,
    headers: reply.headers,
    ...(isText ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') }),
  };
}

/** UrlFetchApp. The script blocks; the request is a real one, made by this thread. */
export const urlFetchServices = {
  'UrlFetchApp.fetch': fetchOne,
  'UrlFetchApp.fetchAll': (execution: Execution, specs: FetchSpec[]): Promise<FetchResult[]> =>
    Promise.all(specs.map((spec) => fetchOne(execution, spec))),
};
