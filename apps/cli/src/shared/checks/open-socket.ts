import { connect, type Socket } from 'node:net';

export type Address = { host: string; port: number };

/** Opens a TCP connection. Rejects with an error whose `code` is that of the socket, or ETIMEDOUT after `timeoutMs`. */
export function openSocket({ host, port }: Address, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // A slow address must leave time for the next address of the same host name.
    const socket = connect({ host, port, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 500 });
    const fail = (code: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(Object.assign(new Error(`no connection (${code})`), { code }));
    };
    const timer = setTimeout(() => fail('ETIMEDOUT'), timeoutMs);
    const onError = (error: Error): void => fail(codeOf(error));
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      // An error before the caller adds its own listener must not crash the process.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** For several addresses, Node throws an AggregateError; its first error is the most informative. */
function codeOf(error: Error): string {
  const one = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return (one as NodeJS.ErrnoException).code ?? 'unknown';
}
