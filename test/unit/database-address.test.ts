import { describe, expect, it } from 'vitest';
import { readAddress } from '../../api/database/connect.ts';
import { toTandemError } from '../../api/database/errors.ts';

describe('the address of a database', () => {
  it('may name the folder of a Unix socket, as libpq takes it', () => {
    const plain = 'postgres://me:p%40ss@localhost:5433/tandem?sslmode=require';
    expect(readAddress(plain)).toEqual({ address: plain, options: {} });
    for (const folder of ['/run/postgresql', '%2Frun%2Fpostgresql']) {
      const { address, options } = readAddress(`${plain}&host=${folder}`);
      expect([address, options]).toEqual([plain, { host: '/run/postgresql' }]);
    }
  });

  it('that leads to no socket is a database that does not answer', () => {
    const error = Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' });
    expect(toTandemError(error)?.code).toBe('database_unavailable');
  });
});
