import { call } from './rpc.ts';
import { userOf } from './user.ts';

export class SessionFace implements GoogleAppsScript.Base.Session {
  getActiveUser(): GoogleAppsScript.Base.User {
    return userOf(() => call('Session.getActiveUser'));
  }

  getEffectiveUser(): GoogleAppsScript.Base.User {
    return userOf(() => call('Session.getEffectiveUser'));
  }

  /** Deprecated. */
  getUser(): GoogleAppsScript.Base.User {
    return this.getActiveUser();
  }

  /** Deprecated. */
  getTimeZone(): string {
    return this.getScriptTimeZone();
  }

  getActiveUserLocale(): string {
    return call('Session.getActiveUserLocale');
  }

  getScriptTimeZone(): string {
    return call('Session.getScriptTimeZone');
  }

  getTemporaryActiveUserKey(): string {
    return call('Session.getTemporaryActiveUserKey');
  }
}
