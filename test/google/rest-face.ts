import type { LocalGoogle } from './local-google.ts';
import type { Authorization, RestOptions } from './rest/server.ts';
import { createRestServer, type RestServer } from './rest/server.ts';
import { SheetDocument } from './script/documents.ts';
import { Workbook } from './workbook/workbook.ts';

const WRITE_SCOPES = ['https://www.googleapis.com/auth/spreadsheets', 'https://www.googleapis.com/auth/drive'];
const READ_SCOPES = [...WRITE_SCOPES, 'https://www.googleapis.com/auth/spreadsheets.readonly'];

/**
 * The Sheets REST API over the spreadsheets of a local Google: people call it with an access token, and see and write
 * what they may in the same documents that scripts and persons work in. No write through it sets off a script.
 */
export function restFace(google: LocalGoogle, options: Omit<RestOptions, 'documents' | 'authorize'> = {}): RestServer {
  return createRestServer({
    now: () => google.clock.now(),
    ...options,
    documents: {
      find: (id) => google.runtime.documents.get(id)?.workbook,
      create: ({ actor: _actor, ...wanted }) => {
        const owner = google.person(wanted.owner ?? 'owner@example.com');
        const workbook = new Workbook({ ...wanted, owner: owner.email, now: () => google.clock.now() });
        google.addDocument(new SheetDocument(workbook, owner.account));
        return workbook;
      },
    },
    authorize: (request, id, access) => authorize(google, request, id, access),
  });
}

function authorize(google: LocalGoogle, request: Request, id: string | null, access: 'read' | 'write'): Authorization {
  const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const grant = token === undefined ? null : google.tokens.read(token);
  if (!grant) return 'unauthenticated';
  const { account, scopes } = grant;
  if (!(access === 'read' ? READ_SCOPES : WRITE_SCOPES).some((scope) => scopes.has(scope))) return 'forbidden';
  const document = id === null ? undefined : google.runtime.documents.get(id);
  if (document) {
    const right = document.rightOf(account);
    if (right === 'none' || (right === 'view' && access === 'write')) return 'forbidden';
  }
  return { email: account.email };
}
