import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a process and a server of the test, to take the server away without touching it. */
export type TcpProxy = {
  port: number;
  /** Nothing goes through any more, and nothing is told: as if the server were frozen. */
  freeze(): void;
  thaw(): void;
  /** Ends all connections and takes no new ones. */
  down(): Promise<void>;
  /** Takes connections again, to the same server or to another one on its host. */
  up(toPort?: number): Promise<void>;
};

export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let farPort = port;
  const hold = (socket: Socket): void => void (frozen ? socket.pause() : socket.resume());
  const open = async (at: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect(farPort, host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on('data', (data) => to.write(data));
        from.on('error', () => to.destroy());
        from.on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
        hold(from);
      }
    });
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const setFrozen = (value: boolean): void => {
    frozen = value;
    for (const socket of sockets) hold(socket);
  };

  let server = await open(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    async down() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async up(toPort = farPort) {
      farPort = toPort;
      server = await open(address.port);
    },
  };
}
