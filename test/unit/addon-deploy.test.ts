import { describe, expect, it } from 'vitest';
import { deploymentIn, NotReady, planDeploy, versionIn } from '../../addon/deploy.ts';

const ready = { TANDEM_API_URL: 'https://tandem.example.com' };

describe('deploying the add-on', () => {
  it('names everything that is missing at once', () => {
    try {
      planDeploy({}, '{"scriptId":"","rootDir":"dist/addon"}', false);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NotReady);
      expect((error as Error).message.split('\n')).toHaveLength(3);
      expect((error as Error).message).toMatch(/TANDEM_API_URL[^]*scriptId[^]*clasp login/);
    }
  });

  it('refuses http, a missing or broken .clasp.json', () => {
    expect(() => planDeploy({ TANDEM_API_URL: 'http://x.example' }, '{"scriptId":"a"}', true)).toThrow(/https:\/\//);
    expect(() => planDeploy(ready, null, true)).toThrow(/no \.clasp\.json/);
    expect(() => planDeploy(ready, 'not json', true)).toThrow(/scriptId/);
  });

  it('goes on when everything is there', () => {
    expect(planDeploy(ready, '{"scriptId":"abc"}', true)).toEqual({
      apiUrl: 'https://tandem.example.com',
      scriptId: 'abc',
    });
  });

  it('moves the newest versioned deployment and never HEAD', () => {
    const head = { deploymentId: 'head' };
    expect(deploymentIn(JSON.stringify([head]))).toBeNull();
    expect(
      deploymentIn(
        JSON.stringify([head, { deploymentId: 'a', versionNumber: 3 }, { deploymentId: 'b', versionNumber: 12 }]),
      ),
    ).toBe('b');
  });

  it('reads the version clasp made', () => {
    expect(versionIn('{"versionNumber": 14}')).toBe(14);
    expect(() => versionIn('{}')).toThrow(/did not say which/);
  });
});
