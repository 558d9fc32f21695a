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

export type SiteResponse = { status: number; headers: IncomingHttpHeaders; body: string };

/** An open connection. `protocol` is the TLS version; it and `certificateEnds` are null for plain text. */
export type SiteConnection = { socket: Socket; protocol: string | null; certificateEnds: Date | null };

/** A deployment, accessed from outside. Methods throw CheckFailedError for an unreachable or untrusted site. */
export type Site = {
  readonly url: URL;
  open(): Promise<SiteConnection>;
  /** Sends one request over a new connection. */
  get(path: string): Promise<SiteResponse>;
};

export type SiteOptions = { timeoutMs: number; trust: TrustedCertificates };

const maxBodyBytes = 4 * 1024 * 1024;

export function siteAt(url: URL, options: SiteOptions): Site {
  const open = (): Promise<SiteConnection> => openConnection(url, options);
  return {
    url,
    open,
    async get(path) {
      const { socket } = await open();
      try {
        return await send(url, path, socket, options.timeoutMs);
      } finally {
        socket.destroy();
      }
    },
  };
}

async function openConnection(url: URL, { timeoutMs, trust }: SiteOptions): Promise<SiteConnection> {
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
  const finding = certificateFinding(secure, host);
  if (finding !== undefined) {
    secure.destroy();
    throw new CheckFailedError(finding);
  }
  const certificateEnds = new Date(secure.getPeerCertificate().valid_to);
  return { socket: secure, protocol: secure.getProtocol(), certificateEnds };
}

function send(url: URL, path: string, socket: Socket, timeoutMs: number): Promise<SiteResponse> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('ETIMEDOUT'), timeoutMs);
    const fail = (code: string | undefined): void => {
      clearTimeout(timer);
      outgoing.destroy();
      reject(new CheckFailedError(unreachableSite(url, code)));
    };
    const outgoing = request({
      createConnection: () => socket,
      path: `${url.pathname.replace(/\/+$/, '')}${path}`,
      headers: {
        host: url.host,
        accept: 'application/json',
        connection: 'close',
        'user-agent': 'bookedbarber verify',
      },
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(error.code));
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > maxBodyBytes) fail('the body is larger than 4 MB');
      });
      response.on('error', (error: NodeJS.ErrnoException) => fail(error.code));
      response.on('end', () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.end();
  });
}

/** The body as JSON, or undefined if it is not JSON. */
export function jsonOf({ body }: SiteResponse): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
