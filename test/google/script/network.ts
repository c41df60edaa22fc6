/** One request as UrlFetchApp makes it. */
export interface NetworkRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
  followRedirects: boolean;
}

export interface NetworkReply {
  status: number;
  /** Repeated headers as an array, as `getAllHeaders` gives them. */
  headers: Record<string, string | string[]>;
  body: Uint8Array;
}

/**
 * Stands between a script and the network. It may answer itself, pass the request on with `send` (any number of times:
 * a duplicate), change the reply, wait, or throw a {@link NetworkFault}.
 */
export type NetworkInterceptor = (
  request: NetworkRequest,
  send: (request?: NetworkRequest) => Promise<NetworkReply>,
) => Promise<NetworkReply>;

/** How a request fails without an answer; the text is Google's. */
export class NetworkFault extends Error {
  constructor(readonly kind: 'dns' | 'unreachable' | 'timeout') {
    super(kind);
  }
}

/** Real milliseconds after which a request without an answer times out; Google's limit is said to be 60 s. */
const TIMEOUT_MS = 60_000;

/** What UrlFetchApp reaches: the real network of this machine unless a test steps in. */
export class Network {
  interceptor: NetworkInterceptor | null = null;
  timeoutMs = TIMEOUT_MS;

  async fetch(request: NetworkRequest): Promise<NetworkReply> {
    const send = (changed: NetworkRequest = request): Promise<NetworkReply> => this.#send(changed);
    return this.interceptor ? this.interceptor(request, send) : send();
  }

  async #send(request: NetworkRequest): Promise<NetworkReply> {
    const timeout = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body as BodyInit | null,
        redirect: request.followRedirects ? 'follow' : 'manual',
        signal: timeout,
      });
      const body = new Uint8Array(await response.arrayBuffer());
      const headers: Record<string, string | string[]> = {};
      for (const [name, value] of response.headers) headers[headerCase(name)] = value;
      const cookies = response.headers.getSetCookie();
      if (cookies.length > 1) headers['Set-Cookie'] = cookies;
      return { status: response.status, headers, body };
    } catch (error) {
      if (timeout.aborted) throw new NetworkFault('timeout');
      const code = (error as { cause?: { code?: string } }).cause?.code;
      throw new NetworkFault(code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'dns' : 'unreachable');
    }
  }
}

/** `content-type` → `Content-Type`, as UrlFetchApp shows header names. */
function headerCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}
