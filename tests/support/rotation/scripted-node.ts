import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A Redis node on 127.0.0.1 with scripted replies. */
export type ScriptedNode = {
  readonly port: number;
  /** Everything that it received. */
  readonly received: string;
  /** Number of connections that have sent something. */
  readonly callers: number;
  close(): Promise<void>;
};

export type NodeScript = {
  /** The only password that AUTH accepts. */
  password: string;
  /** The reply to every other command, in RESP; null: none. */
  reply: string | null;
  /** Closes a connection that begins with a TLS handshake instead of ignoring it. */
  rejectsTls?: boolean;
  /** Its certificate and key; absent: no TLS. */
  certificate?: { certificate: string; key: string };
};

/** The first byte of a TLS handshake. */
const tlsHandshake = 0x16;

export async function startScriptedNode(script: NodeScript): Promise<ScriptedNode> {
  const { password, reply, certificate, rejectsTls = false } = script;
  let received = '';
  let callers = 0;
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    let commands = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      if (commands === '') callers += 1;
      received += chunk;
      commands += chunk;
      if (rejectsTls && commands.charCodeAt(0) === tlsHandshake) socket.destroy();
      // AUTH and one command: four lengths and words or more.
      if (commands.split('\r\n').length < 8) return;
      const login = commands.includes(`\r\n${password}\r\n`)
        ? '+OK\r\n'
        : `-WRONGPASS invalid username-password pair or user is disabled: ${commands}\r\n`;
      if (reply !== null) socket.write(login + reply);
    });
  };
  const server =
    certificate === undefined
      ? createServer(serve)
      : createTlsServer({ cert: certificate.certificate, key: certificate.key }, serve);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get received() {
      return received;
    },
    get callers() {
      return callers;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** CLUSTER SLOTS in RESP: each range has a primary and a replica; a null host is the node that is asked. */
export function slotsReply(ranges: readonly { host: string | null; port: number }[]): string {
  const node = (host: string | null, port: number): string =>
    `*3\r\n${host === null ? '$-1\r\n' : `$${host.length}\r\n${host}\r\n`}:${port}\r\n$2\r\nid\r\n`;
  const range = ({ host, port }: { host: string | null; port: number }, index: number): string =>
    `*4\r\n:${index * 100}\r\n:${index * 100 + 99}\r\n${node(host, port)}${node('127.0.0.9', 1)}`;
  return `*${ranges.length}\r\n${ranges.map(range).join('')}`;
}
