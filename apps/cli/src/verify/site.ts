import { type IncomingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import {
  certificateFinding,
  HandshakeError,
  shakeHands,
  type TrustedCertificates,
} from '../shared/checks/certificate.ts';
import { CheckFailedError } from '../shared/checks/finding.ts';
import { openSocket } from '../shared/checks/open-socket.ts';
import { unreachableSite } from './unreachable-site.ts';

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** What is known of an open connection. */
export type Opened = { socket: Socket; protocol: string | null; certificateEnds: Date | null };

/** A deployment, seen from outside. Every method throws CheckFailedError for a site that cannot be reached or trusted. */
export type Site = {
  readonly url: URL;
  open(): Promise<Opened>;
  /** One request over a connection of its own, as if by somebody who comes for the first time. */
  get(path: string): Promise<Answer>;
};

export type SiteOptions = { timeoutMs: number; trust: TrustedCertificates };

const maxBodyBytes = 4 * 1024 * 1024;

export function siteAt(url: URL, options: SiteOptions): Site {
  const open = (): Promise<Opened> => openConnection(url, options);
  return {
    url,
    open,
    async get(path) {
      const { socket } = await open();
      try {
        return await ask(url, path, socket, options.timeoutMs);
      } finally {
        socket.destroy();
      }
    },
  };
}

async function openConnection(url: URL, { timeoutMs, trust }: SiteOptions): Promise<Opened> {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (isSecure ? 443 : 80));
  const socket = await openSocket({ host, port }, timeoutMs).catch((error: unknown) => {
    throw new CheckFailedError(unreachableSite(url, (error as NodeJS.ErrnoException).code));
  });
  if (!isSecure) return { socket, protocol: null, certificateEnds: null };
  const secure = await shakeHands({ socket, host, trust, timeoutMs }).catch((error: unknown) => {
    if (!(error instanceof HandshakeError)) throw error;
    throw new CheckFailedError(unreachableSite(url, `TLS ${error.code}`));
  });
  const fault = certificateFinding(secure, host);
  if (fault !== undefined) {
    secure.destroy();
    throw new CheckFailedError(fault);
  }
  const certificateEnds = new Date(secure.getPeerCertificate().valid_to);
  return { socket: secure, protocol: secure.getProtocol(), certificateEnds };
}

function ask(url: URL, path: string, socket: Socket, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => fail('ETIMEDOUT'), timeoutMs);
    const fail = (code: string | undefined): void => {
      clearTimeout(late);
      sent.destroy();
      reject(new CheckFailedError(unreachableSite(url, code)));
    };
    const sent = request({
      createConnection: () => socket,
      path: `${url.pathname.replace(/\/+$/, '')}${path}`,
      headers: {
        host: url.host,
        accept: 'application/json',
        connection: 'close',
        'user-agent': 'bookedbarber verify',
      },
    });
    sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > maxBodyBytes) fail('a body of more than 4 MB');
      });
      response.on('error', (error: NodeJS.ErrnoException) => fail(error.code));
      response.on('end', () => {
        clearTimeout(late);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.end();
  });
}

/** The body as JSON, or undefined where it is something else. */
export function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
