import type { MessageName, Messages, SendResult } from '../../../shared/cycle/effects.ts';
import { errorCodes, type ErrorBody } from '../../../shared/protocol/error.ts';
import { apiUrl } from '../config.ts';
import { Sentence } from '../sentence.ts';
import { now, sleep } from './clock.ts';
import { identityToken } from './identity.ts';

type ApiError = ErrorBody['error'];
export type Answer<T> = { ok: true; value: T } | { ok: false; error: ApiError };

export interface CallOptions {
  method?: 'get' | 'post' | 'patch' | 'delete';
  body?: object;
  /** Instant after which a failure that may pass is no longer tried again. Without one nothing is retried. */
  retryUntil?: number;
}

const PATHS: { readonly [Name in MessageName]: string } = {
  sync: '/v1/sync',
  push: '/v1/push',
  ack: '/v1/ack',
  reserveKeys: '/v1/reserve-keys',
  replace: '/v1/replace',
};

/** Waits between tries, in seconds; the last one repeats. */
const BACKOFF = [1, 2, 4, 8, 16];

/** Tries of one message in all. Each may take up to a minute. */
const MAX_TRIES = 5;

/** A message of the cycle. Safe to repeat: (ifEpoch, run) or (epoch, seq) makes the hub replay its reply (I4). */
export function sendMessage<Name extends MessageName>(
  name: Name,
  message: Messages[Name]['request'],
  retryUntil: number,
): SendResult<Name> {
  const answer = call<Messages[Name]['reply']>(PATHS[name], { method: 'post', body: message, retryUntil });
  return answer.ok ? { ok: true, reply: answer.value } : answer;
}

/** Like {@link call}, for the sidebar: an error is thrown as its sentence. */
export function request<T>(path: string, options: CallOptions = {}): T {
  const answer = call<T>(path, options);
  if (!answer.ok) throw new Sentence(answer.error.message, answer.error.code);
  return answer.value;
}

/** One request to the API, as the person this run acts as; failures that may pass are tried again until `retryUntil`. */
export function call<T>(path: string, options: CallOptions = {}): Answer<T> {
  const { retryUntil = 0 } = options;
  for (let tries = 1; ; tries++) {
    const answer = callOnce<T>(path, options);
    if (answer.ok || answer.error.retry !== 'later' || tries === MAX_TRIES) return answer;
    const pause = Math.max(answer.error.retryAfter ?? 0, BACKOFF[Math.min(tries, BACKOFF.length) - 1]!) * 1000;
    const wait = pause + Math.floor(Math.random() * 500);
    if (now() + wait > retryUntil) return answer;
    sleep(wait);
  }
}

function callOnce<T>(path: string, { method = 'get', body }: CallOptions): Answer<T> {
  const options: GoogleAppsScript.URL_Fetch.URLFetchRequestOptions = {
    method,
    headers: { Authorization: `Bearer ${identityToken()}` },
    muteHttpExceptions: true,
    followRedirects: false,
  };
  if (body !== undefined) {
    options.contentType = 'application/json';
    options.payload = JSON.stringify(body);
  }
  let status: number;
  let text: string;
  try {
    const response = UrlFetchApp.fetch(apiUrl + path, options);
    status = response.getResponseCode();
    text = response.getContentText();
  } catch (error) {
    return { ok: false, error: unreachable(error) };
  }
  if (status === 204) return { ok: true, value: null as T };
  const answer = parse(text);
  if (answer !== undefined && status >= 200 && status < 300) return { ok: true, value: answer as T };
  return { ok: false, error: errorIn(answer) ?? notTandem(status) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorIn(answer: unknown): ApiError | null {
  const error = (answer as Partial<ErrorBody> | null | undefined)?.error;
  if (!error || typeof error.message !== 'string' || !(error.code in errorCodes)) return null;
  // The sentence asks for it: by it the admin finds the cause in the server's log.
  return error.code === 'internal' && error.request !== undefined
    ? { ...error, message: `${error.message} Request id: ${error.request}.` }
    : error;
}

/** UrlFetchApp throws where no HTTP answer came: name not found, connection refused, no answer in time. */
function unreachable(error: unknown): ApiError {
  const raw = error instanceof Error ? error.message : String(error);
  if (/permission|authoriz/i.test(raw)) {
    return {
      code: 'not_allowed',
      retry: 'never',
      message: `Tandem may not reach its server at ${apiUrl} yet. Choose Extensions > Tandem > Open Tandem and allow access to external services.`,
    };
  }
  if (/too many times for one day|quota|bandwidth/i.test(raw)) {
    return {
      code: 'busy',
      retry: 'never',
      message: 'Google’s daily limit for calls to other servers is used up. Syncing goes on by itself tomorrow.',
    };
  }
  return {
    code: 'database_unavailable',
    retry: 'later',
    message: `The Tandem server at ${apiUrl} does not answer. Nothing is lost: edits wait in the sheet and in the table, and syncing goes on once it is back. If this lasts, ask your admin whether the server runs and can be reached from the internet.`,
  };
}

function notTandem(status: number): ApiError {
  const later = status === 429 || status >= 500;
  return {
    code: later ? 'database_unavailable' : 'not_found',
    retry: later ? 'later' : 'never',
    message: later
      ? `The Tandem server at ${apiUrl} is not ready (HTTP ${status}). Please try again in a minute.`
      : `What answers at ${apiUrl} is not a Tandem server (HTTP ${status}). Ask your admin for the right address and to build the add-on with it.`,
  };
}
