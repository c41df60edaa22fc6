import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';

describe('answers of the API', () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await createTestApp();
  });
  afterAll(() => api.close());

  it('tells the caller who they are', async () => {
    const answer = await api.request('GET', '/v1/me', { as: PERSON });
    expect([answer.status, await answer.json()]).toEqual([200, { email: PERSON.email, admin: false }]);
  });
});
