import { connect, createServer, type Socket } from 'node:net';

export interface Gate {
  port: number;
  /** Cuts every connection and refuses new ones; `reset` cuts as a host that failed over does (RST). */
  shut(how?: 'close' | 'reset'): Promise<void>;
  open(): Promise<void>;
}

/** A door in front of a server that a test can shut: to the client, the server is then gone. */
export async function createGate(target: { host: string; port: number }): Promise<Gate> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (inner) => {
    const outer = connect({ ...target, noDelay: true });
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as { port: number };
  return {
    port,
    shut: (how = 'close') =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) {
          if (how === 'reset') socket.resetAndDestroy();
          else socket.destroy();
        }
      }),
    open: () => listen(port),
  };
}
