import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { poll } from '../setup/poll.mjs';
import { errorCode, UserError } from '../setup/trouble.mjs';

/**
 * Makes sure that the server will be able to listen, before anything is started.
 *
 * @param {{ port: number, host: string, portIsChosen: boolean }} settings
 * @param {{ waitMs: number }} bound how long to wait for a server of ours that is just stopping
 */
export async function requireFreePort({ port, host, portIsChosen }, { waitMs }) {
  /** @type {string | undefined} */
  let taken;
  await poll(
    async () => {
      taken = await whyTaken(port, host);
      return taken === undefined || taken === 'EACCES' ? true : undefined;
    },
    { withinMs: waitMs },
  );
  if (taken === undefined) return;
  if (taken === 'EACCES') {
    throw new UserError(
      `Port ${port} is not open to ordinary users.`,
      'Choose one above 1023: PORT=3001 npm start',
    );
  }
  const owner = portOwner(port);
  throw new UserError(
    `Port ${port}${portIsChosen ? '' : ' (the default)'} is taken by ${owner ?? 'another process'}.`,
    `Stop that one, or choose another port: PORT=${port === 65_535 ? 3001 : port + 1} npm start`,
  );
}

/**
 * A browser asks `localhost` at ::1 first where the machine has it, so a stranger there would be in the way too.
 *
 * @param {number} port
 * @param {string} host
 */
async function whyTaken(port, host) {
  const first = await listenError(port, host);
  if (first !== undefined || host !== '127.0.0.1') return first;
  const second = await listenError(port, '::1');
  return second === 'EADDRINUSE' ? second : undefined;
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string | undefined>} the code of the error, if there is one
 */
function listenError(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errorCode(error) ?? 'unknown'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * @param {number} port
 * @returns {string | undefined} `process 123 (node)`; only Linux tells, and only about what we may see
 */
export function portOwner(port) {
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(readText(file), port));
  if (inodes.length === 0) return undefined;
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`));
  for (const pid of readNames('/proc').filter((name) => /^\d+$/.test(name))) {
    const owns = readNames(`/proc/${pid}/fd`).some((fd) => links.has(readLink(`/proc/${pid}/fd/${fd}`)));
    if (owns) return `process ${pid} (${readText(`/proc/${pid}/comm`).trim()})`;
  }
  return undefined;
}

/**
 * @param {string} table the text of /proc/net/tcp; field 1 is `address:port` in hexadecimal, field 3 the state
 *   (0A listens), field 9 the inode of the socket
 * @param {number} port
 * @returns {string[]}
 */
export function listeningInodes(table, port) {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(end) && fields[3] === '0A')
    .flatMap((fields) => fields[9] ?? []);
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} folder */
function readNames(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} path */
function readLink(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
