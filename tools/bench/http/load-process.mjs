/**
 * Loads several targets in turns, each with as many requests as it can handle, in forward and then in reverse order.
 * Over the IPC channel it reports the begin and the end of each slice and the number of responses so far. It is a
 * separate process, so that its CPU time is not measured. It reads only the status and the length of a response:
 * otherwise the load would be the bottleneck, and the server would idle between two requests.
 *
 * The argument is JSON: the targets, and how long and how often each is loaded.
 */
import { connect } from 'node:net';

/** @typedef {{ url: string, callers: number }} Target callers: the number of client addresses in X-Forwarded-For; 0: no such header */
/** @typedef {{ targets: Target[], connections: number, headMs: number, sliceMs: number, cycles: number }} LoadOrder */

/** @type {LoadOrder} */
const { targets, connections, headMs, sliceMs, cycles } = JSON.parse(process.argv[2] ?? '');
/** Index of the target under load; the connections of the others are idle. */
let active = -1;
let responses = 0;
let failures = 0;

/** Opens a connection. Returns a function that resumes it when it is idle. @param {number} index @param {number} number */
function open(index, number) {
  const { url, callers } = /** @type {Target} */ (targets[index]);
  const { hostname: host, port, pathname, search } = new URL(url);
  const perConnection = Math.max(1, Math.ceil(callers / connections));
  const requests = Array.from({ length: perConnection }, (_, i) => {
    const n = number * perConnection + i;
    const caller = callers === 0 ? '' : `x-forwarded-for: 198.18.${n >> 8}.${n & 255}\r\n`;
    return Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}:${port}\r\n${caller}\r\n`);
  });
  let sent = 0;
  let idle = true;
  /** Bytes of the current response that have not arrived; 0: no response has begun. */
  let leftBytes = 0;
  const next = () => {
    idle = active !== index;
    if (!idle) socket.write(/** @type {Buffer} */ (requests[sent++ % perConnection]));
  };
  const socket = connect({
    host,
    port: Number(port),
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(65_536),
      callback(count, buffer) {
        const piece = buffer.subarray(0, count);
        if (leftBytes === 0) leftBytes = responseBytes(/** @type {Buffer} */ (piece));
        leftBytes -= count;
        if (leftBytes === 0) {
          responses += 1;
          next();
        }
        return true;
      },
    },
  });
  socket.on('error', () => {
    failures += 1;
  });
  return () => {
    if (idle) next();
  };
}

/** The size of a response that begins here. Assumes that its head arrives in one piece. @param {Buffer} piece */
function responseBytes(piece) {
  const end = piece.indexOf('\r\n\r\n');
  const head = piece.toString('latin1', 0, Math.max(0, end));
  if (!head.startsWith('HTTP/1.1 200 ')) failures += 1;
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`The response has no content-length:\n${head}`);
  return end + 4 + Number(length);
}

/**
 * Keeps this process from sleeping: waking a process costs the server half as much CPU time as a response, and the
 * number of wake-ups would depend on how fast the load handles responses.
 */
function stayAwake() {
  setImmediate(stayAwake);
}
stayAwake();

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

process.on('disconnect', () => process.exit(0));
const connectionsOf = targets.map((_, index) =>
  Array.from({ length: connections }, (_, number) => open(index, number)),
);
const forward = targets.map((_, index) => index);
for (let cycle = 0; cycle < cycles; cycle += 1) {
  for (const index of [...forward, ...forward.toReversed()]) {
    active = index;
    for (const resume of connectionsOf[index] ?? []) resume();
    await pause(headMs);
    process.send?.({ at: 'begin', index, responses, failures });
    await pause(sliceMs);
    process.send?.({ at: 'end', index, responses, failures });
    // The parent now reads the app's CPU time, while the load continues.
    await pause(headMs);
  }
}
active = -1;
process.send?.({ at: 'over', index: -1, responses, failures });
