import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Reply = { status?: number; type?: string; body: string };
export type FakeServer = { url: string; close(): Promise<void> };

/** Starts an HTTP server on a free local port that passes complete requests to `answer`. */
export async function startFakeHttpServer(
  answer: (request: IncomingMessage, body: string) => Reply | Promise<Reply>,
): Promise<FakeServer> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const reply = Promise.resolve(answer(request, Buffer.concat(parts).toString('utf8')));
      void reply.then((whole) => send(response, whole));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status = 200, type = 'text/xml', body }: Reply): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

export function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A response in the AWS query protocol. */
export function queryReply(action: string, result: string): Reply {
  return {
    body: `<${action}Response><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`,
  };
}

export function queryError(code: string, message: string, status = 400): Reply {
  return {
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${xml(message)}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  };
}
