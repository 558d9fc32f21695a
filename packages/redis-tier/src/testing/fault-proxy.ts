import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** toServer: data from the client. toClient: data from the server. */
export type Direction = 'toServer' | 'toClient';

const directions = ['toServer', 'toClient'] as const;

/** One connection through the proxy. */
export type ProxiedLink = {
  /** The local port of the connection to the server, which identifies the link in CLIENT LIST. */
  readonly serverSidePort: number;
  /** Holds the data of this direction until `thaw`; the connection stays open. */
  freeze(direction: Direction): void;
  thaw(): void;
  /** Resets the connection, as a broken network would, and loses data in flight. */
  cut(): void;
};

/** A TCP proxy that simulates network faults on demand. */
export type FaultProxy = {
  readonly port: number;
  /** The connections that are open now. */
  readonly links: readonly ProxiedLink[];
  /** Adds a delay to all data in both directions, in ms. */
  delay(ms: number): void;
  /** Freezes a direction of all current and new connections. Default: both, as a server that hangs. */
  freeze(direction?: Direction): void;
  /** Ends all freezes. */
  thaw(): void;
  /** Cuts all connections. */
  cut(): void;
  /** Cuts all connections, and every new one immediately, until `accept`. */
  refuse(): void;
  accept(): void;
  close(): Promise<void>;
};

export type Target = { readonly host: string; readonly port: number };

/** Listens on a free local port and forwards to the server. A function `to` is called for each new connection. */
export async function startFaultProxy(to: Target | (() => Target)): Promise<FaultProxy> {
  const links = new Set<Link>();
  const frozen = new Set<Direction>();
  let delayMs = 0;
  let refuses = false;
  const server: Server = createServer((client) => {
    if (refuses) {
      client.resetAndDestroy();
      return;
    }
    const { host, port } = typeof to === 'function' ? to() : to;
    const link = new Link(client, connect(port, host), () => delayMs);
    links.add(link);
    for (const direction of frozen) link.freeze(direction);
    link.onEnd(() => links.delete(link));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  const cut = (): void => {
    for (const link of [...links]) link.cut();
  };
  return {
    port: address.port,
    get links() {
      return [...links];
    },
    delay: (ms) => {
      delayMs = ms;
    },
    freeze: (direction) => {
      for (const one of direction === undefined ? directions : [direction]) {
        frozen.add(one);
        for (const link of links) link.freeze(one);
      }
    },
    thaw: () => {
      frozen.clear();
      for (const link of links) link.thaw();
    },
    cut,
    refuse: () => {
      refuses = true;
      cut();
    },
    accept: () => {
      refuses = false;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

class Link implements ProxiedLink {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #frozen = new Set<Direction>();

  constructor(client: Socket, server: Socket, delayMs: () => number) {
    this.#client = client;
    this.#server = server;
    client.setNoDelay(true);
    server.setNoDelay(true);
    pass(client, server, delayMs);
    pass(server, client, delayMs);
  }

  get serverSidePort(): number {
    return this.#server.localPort ?? 0;
  }

  onEnd(listener: () => void): void {
    this.#client.once('close', listener);
  }

  freeze(direction: Direction): void {
    this.#frozen.add(direction);
    this.#source(direction).pause();
  }

  thaw(): void {
    for (const direction of this.#frozen) this.#source(direction).resume();
    this.#frozen.clear();
  }

  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #source(direction: Direction): Socket {
    return direction === 'toServer' ? this.#client : this.#server;
  }
}

/** Keeps the order of data, even when the delay changes while some is in flight. */
function pass(from: Socket, to: Socket, delayMs: () => number): void {
  const underWay: { piece: Buffer; dueMs: number }[] = [];
  const writeDue = (): void => {
    let next = underWay[0];
    while (next !== undefined && next.dueMs <= performance.now()) {
      to.write(next.piece);
      underWay.shift();
      next = underWay[0];
    }
    if (next !== undefined) setTimeout(writeDue, next.dueMs - performance.now());
  };
  from.on('data', (piece: Buffer) => {
    const ms = delayMs();
    if (ms === 0 && underWay.length === 0) to.write(piece);
    else if (underWay.push({ piece, dueMs: performance.now() + ms }) === 1) setTimeout(writeDue, ms);
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
