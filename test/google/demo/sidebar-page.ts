/**
 * `google.script.run` as the sidebar's frame has it, over the demo's server. Source: Apps Script guide "HTML Service:
 * Communicate with Server Functions": runners are immutable, handlers get (result, userObject), dates are refused.
 */
const shim = `
(() => {
  const illegal = (value, path) => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return path;
    if (typeof value !== 'object') return null;
    const prototype = Object.getPrototypeOf(value);
    if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return path;
    for (const [key, inner] of Object.entries(value)) {
      const bad = illegal(inner, key);
      if (bad !== null) return bad;
    }
    return null;
  };
  const runner = (options) => new Proxy({}, {
    get(_, name) {
      if (name === 'withSuccessHandler') return (success) => runner({ ...options, success });
      if (name === 'withFailureHandler') return (failure) => runner({ ...options, failure });
      if (name === 'withUserObject') return (user) => runner({ ...options, user });
      if (typeof name !== 'string' || name.endsWith('_') || name === 'then') return undefined;
      return (...args) => {
        for (const [index, arg] of args.entries()) {
          const bad = illegal(arg, String(index));
          if (bad !== null) throw new TypeError('Failed due to illegal value in property: ' + bad);
        }
        fetch('/demo/script', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name, args }),
        })
          .then((response) => response.json())
          .catch(() => ({ ok: false, message: 'NetworkError: Connection failure due to HTTP 0' }))
          .then((reply) => {
            if (reply.ok) options.success?.(reply.value, options.user);
            else if (options.failure) options.failure(new Error(reply.message), options.user);
            else console.error(reply.message);
          });
      };
    },
  });
  window.google = {
    script: {
      run: runner({}),
      host: { close() {}, setHeight() {}, setWidth() {}, origin: location.origin, editor: { focus() { parent.focus(); } } },
      url: { getLocation(callback) { callback({ hash: '', parameter: {}, parameters: {} }); } },
    },
  };
})();
`;

/** The add-on's sidebar as HtmlService serves it: the page unchanged, with `google.script` there before its own code. */
export function sidebarPage(html: string): string {
  const script = `<script>${shim}</script>`;
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + script) : script + html;
}
