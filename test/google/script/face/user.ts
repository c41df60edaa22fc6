/** A Google account as scripts see it; the address is asked for when they ask. */
export function userOf(email: string | (() => string)): GoogleAppsScript.Base.User {
  const get = typeof email === 'string' ? () => email : email;
  return {
    getEmail: get,
    toString: get,
    // Deprecated at Google, the same as the address.
    getUserLoginId: get,
  } as GoogleAppsScript.Base.User;
}
