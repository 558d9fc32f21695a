import { connect, type Socket } from 'node:net';

export type Address = { host: string; port: number };

/** A connection over TCP. Rejects with an error that has a `code`: that of the socket, ETIMEDOUT after `timeoutMs`. */
export function openSocket({ host, port }: Address, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // An address that takes its time must leave some of it for the next one of the same name.
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
      // Whoever takes the socket over listens; until then nothing may throw.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** With several addresses Node throws all their errors as one: the first tells most. */
function codeOf(error: Error): string {
  const one = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return (one as NodeJS.ErrnoException).code ?? 'unknown';
}
