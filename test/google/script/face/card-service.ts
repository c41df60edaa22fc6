/**
 * CardService: builders that remember what they were told. Every `new…` answers a builder whose `set…` and `add…`
 * methods chain and whose `build()` answers the plain card, which tests and the page can read.
 */
interface CardNode {
  type: string;
  [field: string]: unknown;
}

function builder(type: string): object {
  const node: CardNode = { type };
  const proxy: object = new Proxy(node, {
    get(target, name) {
      if (typeof name !== 'string') return undefined;
      if (name === 'build') return () => target;
      if (name === 'printJson' || name === 'toJSON') return () => target;
      const field = /^(set|add)([A-Z]\w*)$/.exec(name);
      if (!field) return undefined;
      const key = field[2]![0]!.toLowerCase() + field[2]!.slice(1);
      return (...args: unknown[]) => {
        const value = args.length > 1 ? args : args[0];
        if (field[1] === 'add') target[key] = [...((target[key] as unknown[] | undefined) ?? []), value];
        else target[key] = value;
        return proxy;
      };
    },
  });
  return proxy;
}

export const cardService: object = new Proxy(
  {},
  {
    get(_, name) {
      if (typeof name !== 'string') return undefined;
      const made = /^new([A-Z]\w*)$/.exec(name);
      if (made) return () => builder(made[1]!);
      // Enums: CardService.TextButtonStyle.FILLED and the like.
      if (/^[A-Z]/.test(name)) return new Proxy({}, { get: (_enum, value) => String(value) });
      return undefined;
    },
  },
);
