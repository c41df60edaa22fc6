import type { CreateLinkRequest, LinkInfo, LinkStatus, PlanInfo } from '../../../shared/protocol/links.ts';
import { mappingFingerprint, type ColumnKind } from '../../../shared/mapping.ts';
import { TandemError } from '../../../shared/protocol/error.ts';
import type { AckRequest } from '../../../shared/protocol/ack.ts';
import type { Mark } from '../../../shared/protocol/mark.ts';
import type { Offer } from '../../../shared/protocol/offer.ts';
import type { PushRequest } from '../../../shared/protocol/push.ts';
import type { SyncRequest } from '../../../shared/protocol/sync.ts';
import { NetworkFault, type NetworkInterceptor, type NetworkReply } from '../../google/script/network.ts';

/**
 * The API as far as the add-on's host side needs one: it keeps the epoch fence, hands out what a test puts in, and
 * records what it was sent. It merges nothing; that is the hub's own tests' business.
 */
export class ScriptedHub {
  link: LinkInfo | null = null;
  kinds: Record<string, ColumnKind> = {};
  /** Handed out with the next reply to `sync`. */
  offers: Offer[] = [];
  marks: Mark[] = [];
  admin = true;
  problems: LinkStatus['problems'] = [];
  readonly sent: { method: string; path: string; body: unknown; token: string }[] = [];
  /** How often the next requests fail, and how. */
  faults: ('unreachable' | 'busy' | 'html')[] = [];

  /** What a test lets routes answer, by method and path: `POST /v1/links/:id/resume`. They come before the usual ones. */
  routes: Record<string, (body: unknown) => unknown> = {};

  readonly intercept: NetworkInterceptor = (request) => {
    const url = new URL(request.url);
    const body: unknown = request.body === null ? null : JSON.parse(new TextDecoder().decode(request.body));
    const method = request.method.toUpperCase();
    const token = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
    this.sent.push({ method, path: url.pathname, body, token });
    const fault = this.faults.shift();
    if (fault === 'unreachable') return Promise.reject(new NetworkFault('unreachable'));
    if (fault === 'html') return Promise.resolve(reply(502, '<html>Bad gateway</html>'));
    try {
      if (fault === 'busy') throw new TandemError('busy', 'Busy.', { retryAfter: 2 });
      const answer = this.answer(method, url, body);
      return Promise.resolve(answer === null ? reply(204, '') : reply(200, JSON.stringify(answer)));
    } catch (error) {
      if (!(error instanceof TandemError)) throw error;
      return Promise.resolve(reply(error.status, JSON.stringify(error.toBody('r1'))));
    }
  };

  messages<T>(path: string): T[] {
    return this.sent.filter((one) => one.path === path).map((one) => one.body as T);
  }

  get acks(): AckRequest[] {
    return this.messages('/v1/ack');
  }

  get pushes(): PushRequest[] {
    return this.messages('/v1/push');
  }

  private answer(method: string, url: URL, body: unknown): unknown {
    const path = url.pathname;
    const route = this.routes[`${method} ${path.replace(this.link?.id ?? ':id', ':id')}`];
    if (route) return route(body);
    if (path === '/v1/me') return { email: 'ann@example.com', admin: this.admin };
    if (path === '/v1/links' && method === 'GET') {
      const own = this.link !== null && this.link.spreadsheet === url.searchParams.get('spreadsheet');
      return { links: own ? [this.link] : [] };
    }
    if (path === '/v1/links') return this.create(body as CreateLinkRequest);
    const { link } = this;
    if (link === null) throw new TandemError('link_not_found', 'No such link.');
    switch (path.replace(link.id, ':id')) {
      case '/v1/links/:id/plan':
        return this.plan();
      case '/v1/links/:id/start':
        link.state = 'active';
        return null;
      case '/v1/links/:id/status':
        return this.status(link);
      case '/v1/links/:id':
        this.link = null;
        return null;
      case '/v1/sync':
        return this.sync(link, body as SyncRequest);
      case '/v1/push':
        return this.push(link, body as PushRequest);
      case '/v1/ack':
        return { ...this.within(link, body as AckRequest), offers: [], marks: [], more: false };
      default:
        throw new TandemError('not_found', `Nothing at ${path}.`);
    }
  }

  /** As if `POST /v1/links` had come. */
  create(request: CreateLinkRequest): LinkInfo {
    const columns = request.columns.map(({ header, column, direction }, index) => ({
      id: `c${index + 1}`,
      header,
      column,
      kind: this.kinds[column] ?? ('text' as const),
      direction,
      key: index === 0,
      required: index === 0,
    }));
    this.link = {
      id: request.id ?? '6f1f4a43-6a6e-4d1c-9f52-2f6a4c0b8a11',
      spreadsheet: request.spreadsheet,
      sheet: request.sheet,
      sheetName: request.sheetName,
      schema: request.schema,
      table: request.table,
      state: 'preview',
      epoch: 4,
      mapping: { fingerprint: mappingFingerprint(columns), columns },
    };
    return this.link;
  }

  private open(link: LinkInfo, ifEpoch: number | undefined): void {
    if (ifEpoch !== link.epoch) throw new TandemError('stale_epoch', 'Scan again.', { epoch: link.epoch });
    link.epoch++;
  }

  private within(
    link: LinkInfo,
    { epoch, seq }: { epoch?: number | undefined; seq?: number | undefined },
  ): { epoch: number; seq: number } {
    if (epoch !== link.epoch) throw new TandemError('stale_epoch', 'Scan again.', { epoch: link.epoch });
    return { epoch, seq: seq! };
  }

  private handOut(): { offers: Offer[]; marks: Mark[]; more: boolean; notices: never[] } {
    const { offers, marks } = this;
    this.offers = [];
    this.marks = [];
    return { offers, marks, more: false, notices: [] };
  }

  private sync(link: LinkInfo, request: SyncRequest): unknown {
    if (request.spreadsheet !== link.spreadsheet) throw new TandemError('copied_spreadsheet', 'This is a copy.');
    this.open(link, request.ifEpoch);
    return { epoch: link.epoch, seq: 1, want: [], ...this.handOut() };
  }

  private push(link: LinkInfo, request: PushRequest): unknown {
    if (request.ifEpoch === undefined) this.within(link, request);
    else this.open(link, request.ifEpoch);
    const results = request.rows.map(({ key }) => ({ key, result: 'ok' as const }));
    return { epoch: link.epoch, seq: request.seq ?? 1, results, ...this.handOut() };
  }

  private plan(): PlanInfo {
    return { complete: true, equal: 0, insertIntoTable: 3, insertIntoSheet: 0, different: 0, unusable: 0, samples: [] };
  }

  private status(link: LinkInfo): LinkStatus {
    const rejected = this.problems.length;
    return {
      link,
      lastSync: null,
      rows: 3,
      pending: 0,
      rejected,
      held: 0,
      conflicts: 0,
      mayChange: true,
      missing: 0,
      removed: 0,
      renamed: 0,
      problems: this.problems,
      lost: [],
      notices: [],
    };
  }
}

function reply(status: number, text: string): NetworkReply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: new TextEncoder().encode(text) };
}
