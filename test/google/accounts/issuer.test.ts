import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { play, type Play } from '../script/play.ts';
import { createAccount } from './people.ts';

let played: Play;
beforeEach(async () => {
  played = await play(
    'function token() { return ScriptApp.getIdentityToken(); } function oauth() { return ScriptApp.getOAuthToken(); }',
    {
      clientId: 'tandem.test',
      manifest: {
        oauthScopes: [
          'openid',
          'https://www.googleapis.com/auth/userinfo.email',
          'https://www.googleapis.com/auth/spreadsheets',
        ],
      },
    },
  );
});
afterEach(() => played.google.close());

const keys = () => createRemoteJWKSet(new URL(played.google.issuer.jwksUrl));

describe('an identity token', () => {
  it('verifies through the keys the issuer publishes', async () => {
    const token = (await played.run('token')) as string;
    const { payload } = await jwtVerify(token, keys(), { issuer: played.google.issuer.url, audience: 'tandem.test' });
    expect(payload).toMatchObject({
      sub: played.person.account.sub,
      email: 'ann@example.com',
      email_verified: true,
      hd: 'example.com',
    });
    expect(payload.exp! - payload.iat!).toBe(3600);
  });

  it('holds no address without the scope', async () => {
    played.install.project.manifest.oauthScopes = ['openid'];
    expect(decodeJwt((await played.run('token')) as string)).not.toHaveProperty('email');
  });

  it('goes on verifying after a rotation, until its key is gone', async () => {
    const { issuer } = played.google;
    const old = (await played.run('token')) as string;
    await issuer.rotate();
    const next = (await played.run('token')) as string;
    expect(decodeProtectedHeader(next).kid).not.toBe(decodeProtectedHeader(old).kid);
    await jwtVerify(old, keys());
    await jwtVerify(next, keys());
    await issuer.rotate({ keep: 0 });
    await expect(jwtVerify(old, keys())).rejects.toThrow(/no applicable key/);
  });

  it('of another issuer does not verify', async () => {
    const other = await play('');
    const token = await other.google.issuer.identityToken(other.person.account, 'tandem.test');
    await expect(jwtVerify(token, keys())).rejects.toThrow();
    await other.google.close();
  });
});

describe('the issuer', () => {
  it('describes itself', async () => {
    const { issuer } = played.google;
    const answer = await fetch(`${issuer.url}/.well-known/openid-configuration`);
    expect(await answer.json()).toMatchObject({ issuer: issuer.url, jwks_uri: issuer.jwksUrl });
  });

  it('gives each address a lasting subject of 21 digits', () => {
    const [ann, again, bob] = ['ann@example.com', 'ann@example.com', 'bob@gmail.com'].map((email) =>
      createAccount(email),
    );
    expect(ann!.sub).toMatch(/^\d{21}$/);
    expect([again!.sub === ann!.sub, bob!.sub === ann!.sub, ann!.kind, bob!.kind]).toEqual([
      true,
      false,
      'workspace',
      'consumer',
    ]);
  });
});

describe('an access token', () => {
  it('opens the Sheets API to those who may, for an hour', async () => {
    const { restFace } = await import('../rest-face.ts');
    const { google, person, document } = played;
    const rest = restFace(google);
    const get = async (token: string, method = 'GET', path = ''): Promise<number> => {
      const url = `http://local/v4/spreadsheets/${document.id}${path}`;
      const init = { method, headers: { authorization: `Bearer ${token}` } };
      return (await rest.fetch(new Request(url, method === 'GET' ? init : { ...init, body: '{"requests":[]}' })))
        .status;
    };
    const mine = (await played.run('oauth')) as string;
    const cy = google.person('cy@example.com');
    const theirs = google.tokens.issue(cy.account, ['https://www.googleapis.com/auth/spreadsheets']);
    expect([await get(mine), await get(theirs), await get('forged')]).toEqual([200, 403, 401]);
    person.share(document, cy, 'view');
    expect([await get(theirs), await get(theirs, 'POST', ':batchUpdate')]).toEqual([200, 403]);
    await google.advance(3_600_000);
    expect(await get(mine)).toBe(401);
  });
});
