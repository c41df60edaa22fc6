import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, createLocalJWKSet } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toCaller } from '../../api/access/caller.ts';
import { createIdentityVerifier } from '../../api/access/identity.ts';
import { requireAdmin } from '../../api/access/require-admin.ts';
import { GOOGLE_ISSUER, GOOGLE_JWKS_URL } from '../../api/env.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import { AUDIENCE, createTestIdentity, ISSUER, type TestIdentity } from '../pg/support/test-identity.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const seconds = NOW.getTime() / 1000;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  );
  if (!(error instanceof TandemError)) throw error;
  return error.code;
}

describe('identity tokens', () => {
  let issuer: TestIdentity;
  beforeAll(async () => {
    issuer = await createTestIdentity(() => NOW);
  });

  it('prove who calls', async () => {
    const token = await issuer.token({ sub: '42', email: 'Ann@Example.com', email_verified: true });
    expect(await issuer.verify(token)).toEqual({ sub: '42', email: 'ann@example.com' });
  });

  it('prove no address that the issuer did not verify', async () => {
    const claimed = await issuer.token({ sub: '42', email: 'ann@example.com', email_verified: false });
    const silent = await issuer.token({ sub: '42', email: 'ann@example.com' });
    expect(await issuer.verify(claimed)).toEqual({ sub: '42', email: null });
    expect(await issuer.verify(silent)).toEqual({ sub: '42', email: null });
  });

  it.each([
    ['for another app', { aud: 'other.apps.googleusercontent.com' }],
    ['of another issuer', { iss: 'https://evil.test' }],
    ['of an issuer that only begins alike', { iss: `${ISSUER}.evil.test` }],
    ['that expired a minute ago', { iat: seconds - 3660, exp: seconds - 60 }],
  ])('%s are refused', async (_, claims) => {
    expect(await codeOf(issuer.token({ sub: '42', ...claims }).then(issuer.verify))).toBe('not_signed_in');
  });

  it('for another app leave in the log which client id to allow', async () => {
    const token = await issuer.token({ sub: '42', aud: 'other.apps.googleusercontent.com' });
    await expect(issuer.verify(token)).rejects.toMatchObject({
      message: expect.not.stringContaining('other.apps') as string,
      cause: { message: expect.stringContaining('"other.apps.googleusercontent.com"') as string },
    });
  });

  it('are good for half a minute past their end: clocks differ', async () => {
    const token = await issuer.token({ sub: '42', iat: seconds - 3600, exp: seconds - 20 });
    expect((await issuer.verify(token)).sub).toBe('42');
  });

  it('unsigned, signed with another key, or altered are refused', async () => {
    const unsigned = new UnsecuredJWT({ sub: '42', iss: ISSUER, aud: AUDIENCE, exp: seconds + 60 }).encode();
    const stranger = await (await createTestIdentity(() => NOW)).token({ sub: '42' });
    const [head, , signature] = (await issuer.token({ sub: '42' })).split('.');
    const body = Buffer.from(JSON.stringify({ sub: '1', iss: ISSUER, aud: AUDIENCE, exp: seconds + 60 }));
    for (const token of [unsigned, stranger, `${head}.${body.toString('base64url')}.${signature}`, 'nonsense', '']) {
      expect(await codeOf(issuer.verify(token))).toBe('not_signed_in');
    }
  });

  it('signed with the public key as a shared secret are refused', async () => {
    const secret = Buffer.from(JSON.stringify(issuer.jwks.keys[0]));
    const forged = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: seconds + 60 })
      .setSubject('42')
      .setProtectedHeader({ alg: 'HS256', kid: 'test' })
      .sign(secret);
    expect(await codeOf(issuer.verify(forged))).toBe('not_signed_in');
  });

  it('of Google are accepted with both forms of its name', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256', kid: 'g' }] });
    const verify = createIdentityVerifier({
      issuer: GOOGLE_ISSUER,
      jwksUrl: GOOGLE_JWKS_URL,
      audiences: ['other', AUDIENCE],
      keys,
      now: () => NOW,
    });
    for (const iss of ['accounts.google.com', 'https://accounts.google.com']) {
      const token = await new SignJWT({ iss, aud: AUDIENCE, exp: seconds + 60 })
        .setSubject('42')
        .setProtectedHeader({ alg: 'RS256', kid: 'g' })
        .sign(privateKey);
      expect((await verify(token)).sub).toBe('42');
    }
  });
});

describe('keys of the issuer', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(answer: () => { status: number; body: string }): Promise<{ url: string; asked: () => number }> {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      const { status, body } = answer();
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`, asked: () => asked };
  }

  const verifierOf = (jwksUrl: string) =>
    createIdentityVerifier({ issuer: ISSUER, jwksUrl, audiences: [AUDIENCE], now: () => NOW });

  it('are fetched once for many tokens', async () => {
    const issuer = await createTestIdentity(() => NOW);
    const keys = await serve(() => ({ status: 200, body: JSON.stringify(issuer.jwks) }));
    const verify = verifierOf(keys.url);
    for (const sub of ['1', '2', '3']) expect((await verify(await issuer.token({ sub }))).sub).toBe(sub);
    expect(keys.asked()).toBe(1);
  });

  it('out of reach are not the caller’s fault: try again later', async () => {
    const issuer = await createTestIdentity(() => NOW);
    const token = await issuer.token({ sub: '1' });
    expect(await codeOf(verifierOf('http://127.0.0.1:1/certs')(token))).toBe('identity_unavailable');
    const broken = await serve(() => ({ status: 500, body: 'oops' }));
    expect(await codeOf(verifierOf(broken.url)(token))).toBe('identity_unavailable');
    const strange = await serve(() => ({ status: 200, body: '{"keys": 1}' }));
    expect(await codeOf(verifierOf(strange.url)(token))).toBe('identity_unavailable');
  });

  it('that come back serve the next token', async () => {
    const issuer = await createTestIdentity(() => NOW);
    let up = false;
    const keys = await serve(() =>
      up ? { status: 200, body: JSON.stringify(issuer.jwks) } : { status: 503, body: '' },
    );
    const verify = verifierOf(keys.url);
    const token = await issuer.token({ sub: '1' });
    expect(await codeOf(verify(token))).toBe('identity_unavailable');
    up = true;
    expect((await verify(token)).sub).toBe('1');
  });
});

describe('admins', () => {
  const admins = ['Ann@Example.com', '1234567890'];

  it('are named by verified address, in any case, or by sub', () => {
    expect(toCaller({ sub: '1', email: 'ann@example.com' }, admins).admin).toBe(true);
    expect(toCaller({ sub: '1234567890', email: null }, admins).admin).toBe(true);
  });

  it('are nobody else', () => {
    expect(toCaller({ sub: '1', email: null }, admins).admin).toBe(false);
    expect(toCaller({ sub: 'ann@example.com', email: null }, admins).admin).toBe(false);
    expect(toCaller({ sub: '1', email: 'bob@example.com' }, admins).admin).toBe(false);
    expect(toCaller({ sub: '1', email: 'ann@example.com' }, []).admin).toBe(false);
  });

  it('are asked for by name', () => {
    expect(() => requireAdmin({ sub: '1', email: 'bob@example.com', admin: false })).toThrow(
      /add bob@example\.com to TANDEM_ADMINS/,
    );
    expect(() => requireAdmin({ sub: '1', email: null, admin: true })).not.toThrow();
  });
});
