import { createServer } from 'node:net';
import { poll } from '../setup/poll.mjs';
import { errorCode, UserError } from '../setup/user-error.mjs';

/**
 * Checks that the server will be able to listen, before anything is started.
 *
 * @param {number} port
 * @param {{ waitMs: number }} bound how long to wait for a server that is still stopping
 * @throws {UserError} when the port is still in use
 */
export async function requireFreePort(port, { waitMs }) {
  /** @type {unknown} */
  let problem;
  const isFree = async () => {
    // For `localhost`, a browser tries ::1 first. Not every machine has that address.
    problem = (await listenError(port, '127.0.0.1')) ?? (await listenError(port, '::1'));
    return problem === undefined || problem === 'EADDRNOTAVAIL' || problem === 'EAFNOSUPPORT' || undefined;
  };
  if (await poll(isFree, { timeoutMs: waitMs })) return;
  throw new UserError(
    problem === 'EADDRINUSE'
      ? `Port ${port} is in use by another process.`
      : `Port ${port} cannot be used: ${problem}`,
    `Stop that process, or use another port: PORT=${port === 3000 ? 3001 : 3000} npm start`,
  );
}

/** @param {number} port @param {string} host @returns {Promise<unknown>} undefined when a server could listen */
function listenError(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errorCode(error)));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
