import type { FetchResult, FetchSpec } from '../services/url-fetch.ts';
import { decodeBase64, encodeBase64, encodeUtf8 } from './base64.ts';
import { BlobFace } from './blob.ts';
import { call, exception } from './rpc.ts';

class HTTPResponseFace implements GoogleAppsScript.URL_Fetch.HTTPResponse {
  readonly #result: FetchResult;

  constructor(result: FetchResult) {
    this.#result = result;
  }

  getResponseCode(): number {
    return this.#result.status;
  }

  /** Of a header that came twice, the last. */
  getHeaders(): object {
    const last = (value: string | string[]): string => (Array.isArray(value) ? value[value.length - 1]! : value);
    return Object.fromEntries(Object.entries(this.#result.headers).map(([name, value]) => [name, last(value)]));
  }

  getAllHeaders(): object {
    return { ...this.#result.headers };
  }

  getContent(): number[] {
    const { base64, text } = this.#result;
    return base64 === undefined ? encodeUtf8(text!) : decodeBase64(base64);
  }

  getContentText(charset?: string): string {
    if (charset === undefined && this.#result.text !== undefined) return this.#result.text;
    return new BlobFace(this.getContent()).getDataAsString(charset);
  }

  getBlob(): BlobFace {
    const type = (this.getHeaders() as Record<string, string>)['Content-Type'] ?? null;
    return new BlobFace(this.getContent(), type?.split(';')[0] ?? null);
  }

  getAs(type: string): BlobFace {
    return this.getBlob().setContentType(type);
  }
}

const METHODS = ['get', 'delete', 'patch', 'post', 'put'];

function specOf(url: string, params: GoogleAppsScript.URL_Fetch.URLFetchRequestOptions = {}): FetchSpec {
  const method = String(params.method ?? 'get').toLowerCase();
  if (!METHODS.includes(method)) {
    throw exception(`Attribute provided with invalid value: method`);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(params.headers ?? {})) {
    if (/^(content-type)$/i.test(name)) throw exception(`Attribute provided with invalid value: Header:${name}`);
    headers[name] = String(value);
  }
  const { payload } = params;
  let body: Pick<FetchSpec, 'text' | 'base64'> = {};
  let type = params.contentType;
  if (payload !== undefined && payload !== null && method !== 'get') {
    if (typeof payload === 'string') {
      body = { text: payload };
      type ??= 'application/x-www-form-urlencoded';
    } else if (payload instanceof BlobFace) {
      body = { base64: encodeBase64(payload.getBytes()) };
      type ??= payload.getContentType() ?? 'application/octet-stream';
    } else if (Array.isArray(payload)) {
      body = { base64: encodeBase64(payload as number[]) };
      type ??= 'application/octet-stream';
    } else {
      const pairs = Object.entries(payload as Record<string, unknown>);
      body = { text: pairs.map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(String(v))}`).join('&') };
      type ??= 'application/x-www-form-urlencoded';
    }
  }
  if (type !== undefined) headers['Content-Type'] = type;
  headers['User-Agent'] ??= 'Mozilla/5.0 (compatible; Google-Apps-Script; beanserver; local)';
  return {
    url: String(url),
    method: method.toUpperCase(),
    headers,
    ...body,
    mute: params.muteHttpExceptions === true,
    followRedirects: params.followRedirects !== false,
  };
}

export class UrlFetchAppFace implements GoogleAppsScript.URL_Fetch.UrlFetchApp {
  fetch(url: string, params?: GoogleAppsScript.URL_Fetch.URLFetchRequestOptions): HTTPResponseFace {
    return new HTTPResponseFace(call('UrlFetchApp.fetch', specOf(url, params)));
  }

  fetchAll(requests: (GoogleAppsScript.URL_Fetch.URLFetchRequest | string)[]): HTTPResponseFace[] {
    const specs = requests.map((request) =>
      typeof request === 'string' ? specOf(request) : specOf(request.url, request),
    );
    return call('UrlFetchApp.fetchAll', specs).map((result) => new HTTPResponseFace(result));
  }

  getRequest(
    url: string,
    params?: GoogleAppsScript.URL_Fetch.URLFetchRequestOptions,
  ): GoogleAppsScript.URL_Fetch.URLFetchRequest {
    const { method, headers, text } = specOf(url, params);
    return {
      url,
      method: method.toLowerCase() as GoogleAppsScript.URL_Fetch.HttpMethod,
      headers,
      ...(text === undefined ? {} : { payload: text }),
    };
  }
}
