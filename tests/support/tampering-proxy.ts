import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A response as changed by the proxy. */
export type Tampered = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

export type TamperingProxy = {
  readonly url: string;
  /** Sets the change that is applied to every response; without an argument, responses pass unchanged. */
  tamper(change?: (answer: Tampered, path: string) => Tampered): void;
  close(): Promise<void>;
};

/** Starts a proxy in front of a server, like a load balancer, with TLS if a certificate is given. */
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
