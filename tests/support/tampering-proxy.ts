import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a proxy between visitors and a server makes of an answer. */
export type Tampered = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

export type TamperingProxy = {
  readonly url: string;
  /** Changes every answer from now on; without it they pass as they are. */
  tamper(change?: (answer: Tampered, path: string) => Tampered): void;
  close(): Promise<void>;
};

/** Stands before a server, with TLS where there is a certificate, as a load balancer does. */
export async function startTamperingProxy(
  target: string,
  tls?: { certificate: string; key: string },
): Promise<TamperingProxy> {
  let change = (answer: Tampered, _path: string): Tampered => answer;
  const pass: RequestListener = (incoming, outgoing) => {
    void forward(target, incoming).then((answer) => {
      const { status, headers, body } = change(answer, incoming.url ?? '');
      for (const [name, value] of Object.entries(headers))
        if (value !== undefined) outgoing.setHeader(name, value);
      outgoing.removeHeader('content-length');
      outgoing.writeHead(status).end(body);
    });
  };
  const server =
    tls === undefined
      ? createServer(pass)
      : createSecureServer({ cert: tls.certificate, key: tls.key }, pass);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    tamper(other = (answer) => answer) {
      change = other;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(target: string, incoming: IncomingMessage): Promise<Tampered> {
  const sent = request(`${target}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers: incoming.headers,
  });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += String(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}
