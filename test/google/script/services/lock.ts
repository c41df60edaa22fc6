import type { Execution } from '../execution.ts';
import { ScriptLock } from '../script-lock.ts';
import { ServiceError } from '../service-error.ts';
import type { StoreKind } from './properties.ts';

function lockOf({ runtime, project, user, document }: Execution, kind: StoreKind): ScriptLock {
  const part = kind === 'script' ? '' : kind === 'user' ? user.sub : document!.id;
  const key = `${project.id} ${kind} ${part}`;
  let lock = runtime.locks.get(key);
  if (!lock) runtime.locks.set(key, (lock = new ScriptLock()));
  return lock;
}

/** LockService. A run that ends, however it ends, gives its locks back. */
export const lockServices = {
  'LockService.tryLock': (execution: Execution, kind: StoreKind, timeout: number): Promise<boolean> =>
    lockOf(execution, kind).acquire(execution, timeout),
  'LockService.waitLock': async (execution: Execution, kind: StoreKind, timeout: number): Promise<void> => {
    if (await lockOf(execution, kind).acquire(execution, timeout)) return;
    throw new ServiceError('Lock timeout: another process was holding the lock for too long.');
  },
  'LockService.hasLock': (execution: Execution, kind: StoreKind): boolean => lockOf(execution, kind).heldBy(execution),
  'LockService.releaseLock': (execution: Execution, kind: StoreKind): void =>
    lockOf(execution, kind).release(execution),
};
