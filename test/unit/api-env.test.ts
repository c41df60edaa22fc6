import { describe, expect, it } from 'vitest';
import { GOOGLE_JWKS_URL, readConfig } from '../../api/env.ts';

const minimal = { TANDEM_AUDIENCES: 'a.apps.googleusercontent.com', TANDEM_ADMINS: 'ann@example.com' };

function faultOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}

describe('configuration', () => {
  it('is closed by default: loopback, embedded database, tokens of Google', () => {
    expect(readConfig(minimal)).toEqual({
      port: 8080,
      host: '127.0.0.1',
      databaseUrl: null,
      dataDir: '.tandem',
      issuer: 'https://accounts.google.com',
      jwksUrl: GOOGLE_JWKS_URL,
      audiences: ['a.apps.googleusercontent.com'],
      admins: ['ann@example.com'],
      logLevel: 'info',
    });
  });

  it('refuses to start without audiences and admins, and names both at once', () => {
    const fault = faultOf({});
    expect(fault).toMatch(/TANDEM_AUDIENCES is missing\. Write /);
    expect(fault).toMatch(/TANDEM_ADMINS is missing\. Write /);
  });

  it('takes a list of nothing but separators as wrong, not as nobody', () => {
    expect(faultOf({ ...minimal, TANDEM_ADMINS: ' , ' })).toMatch(/TANDEM_ADMINS is wrong/);
    expect(faultOf({ ...minimal, TANDEM_AUDIENCES: '' })).toMatch(/TANDEM_AUDIENCES is missing/);
  });

  it('names every wrong variable in one message and says what to write', () => {
    const wrong = {
      PORT: '80a',
      HOST: 'all of them',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      TANDEM_ISSUER: 'accounts',
      TANDEM_JWKS_URL: 'http://example.com/keys',
      TANDEM_AUDIENCES: ',',
      TANDEM_ADMINS: 'ann@example',
      LOG_LEVEL: 'loud',
    };
    const fault = faultOf(wrong);
    for (const name of Object.keys(wrong)) expect(fault).toMatch(new RegExp(`${name} is wrong.*Write `));
  });

  it('never quotes the database address: it holds a password', () => {
    expect(faultOf({ ...minimal, DATABASE_URL: 'mysql://root:hunter2@db/x' })).not.toContain('hunter2');
    const percent = faultOf({ ...minimal, DATABASE_URL: 'postgres://root:hunter2%zz@db/x' });
    expect(percent).toMatch(/^ +- DATABASE_URL is wrong\. .*a % in the password as %25/m);
    expect(percent).not.toContain('hunter2');
  });

  it('accepts keys over plain http from this machine only', () => {
    const own = { ...minimal, TANDEM_ISSUER: 'http://localhost:4000', TANDEM_JWKS_URL: 'http://localhost:4000/certs' };
    expect(readConfig(own).jwksUrl).toBe('http://localhost:4000/certs');
    expect(faultOf({ ...own, TANDEM_JWKS_URL: 'http://keys.example.com/certs' })).toMatch(/TANDEM_JWKS_URL is wrong/);
  });

  it("does not check another issuer's tokens with Google's keys", () => {
    expect(faultOf({ ...minimal, TANDEM_ISSUER: 'https://id.example.com' })).toMatch(/TANDEM_JWKS_URL is missing/);
  });

  it('takes set-but-empty as not set, and trims', () => {
    const config = readConfig({ ...minimal, DATABASE_URL: '', PORT: ' 9000 ', TANDEM_ADMINS: ' a@b.de,\n1234567890 ' });
    expect(config).toMatchObject({ databaseUrl: null, port: 9000, admins: ['a@b.de', '1234567890'] });
  });

  it.each(['-1', '65536', '1e3', '8080.5'])('refuses the port %s', (port) => {
    expect(faultOf({ ...minimal, PORT: port })).toMatch(/PORT is wrong/);
  });
});
