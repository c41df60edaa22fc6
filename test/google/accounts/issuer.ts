import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { AddressInfo } from 'node:net';
import type { Account } from './people.ts';

type SigningKey = { kid: string; privateKey: CryptoKey; publicJwk: JWK };

/**
 * An OpenID Connect issuer as accounts.google.com is one: discovery document, JWKS over HTTP, RS256 identity tokens
 * that live one hour. Rotation publishes a new key and goes on publishing the old one, as Google does.
 */
export class Issuer {
  /** Set once {@link listen} has resolved, or from the start when another server carries {@link routes}. */
  url: string;
  #keys: SigningKey[] = [];
  #server: ServerType | undefined;
  #rotations = 0;

  /** `now` in milliseconds: tokens go by the local Google's clock. */
  constructor(
    readonly now: () => number = Date.now,
    url = '',
  ) {
    this.url = url;
  }

  get jwksUrl(): string {
    return `${this.url}/oauth2/v3/certs`;
  }

  /** The two endpoints a verifier reads; mountable in another server. */
  routes(): Hono {
    const app = new Hono();
    app.get('/.well-known/openid-configuration', (c) =>
      c.json({
        issuer: this.url,
        jwks_uri: this.jwksUrl,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid', 'email', 'profile'],
        claims_supported: ['aud', 'email', 'email_verified', 'exp', 'iat', 'iss', 'sub'],
      }),
    );
    app.get('/oauth2/v3/certs', async (c) => {
      await this.#current();
      c.header('cache-control', 'public, max-age=60');
      return c.json({ keys: this.#keys.map((key) => key.publicJwk) });
    });
    return app;
  }

  async listen(port = 0): Promise<void> {
    const app = this.routes();
    await new Promise<void>((resolve, reject) => {
      this.#server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve());
      this.#server.once('error', reject);
    });
    this.url ||= `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}`;
    this.#server!.unref();
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Signs with a new key from now on. Tokens of the `keep` youngest older keys still verify. */
  async rotate({ keep = 1 } = {}): Promise<void> {
    await this.#addKey();
    this.#keys = this.#keys.slice(-1 - keep);
  }

  /** An identity token as `ScriptApp.getIdentityToken()` answers it. */
  async identityToken(
    account: Account,
    audience: string,
    { withEmail = true, lifetime = 3600, claims = {} as Record<string, unknown> } = {},
  ): Promise<string> {
    const key = await this.#current();
    const seconds = Math.floor(this.now() / 1000);
    return new SignJWT({
      azp: audience,
      ...(withEmail ? { email: account.email, email_verified: true } : {}),
      ...(account.domain ? { hd: account.domain } : {}),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
      .setIssuer(this.url)
      .setAudience(audience)
      .setSubject(account.sub)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + lifetime)
      .sign(key.privateKey);
  }

  async #current(): Promise<SigningKey> {
    return this.#keys.at(-1) ?? (await this.#addKey());
  }

  async #addKey(): Promise<SigningKey> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
    const kid = `local-${++this.#rotations}`;
    const key = { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
    this.#keys.push(key);
    return key;
  }
}
