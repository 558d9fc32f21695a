/**
 * Asks several addresses in turns, each as fast as it answers for a moment, there and back again and again. It says over the
 * IPC channel when what is to be measured begins and ends, and how many answers it had by then. It is a process of its own,
 * so that it is no part of what is measured, and reads no more of an answer than its status and its length: else it would be
 * what is busy, and the server would rest between two requests.
 *
 * It takes its order as JSON: a list of targets, and how long and how often each is asked.
 */
import { connect } from 'node:net';

/** @typedef {{ url: string, callers: number }} Target callers: so many addresses, which a proxy tells; 0: this one */
/** @typedef {{ targets: Target[], connections: number, headMs: number, sliceMs: number, cycles: number }} LoadOrder */

/** @type {LoadOrder} */
const { targets, connections, headMs, sliceMs, cycles } = JSON.parse(process.argv[2] ?? '');
/** Index of the target that is asked; the others rest. */
let active = -1;
let answers = 0;
let others = 0;

/** One connection: a function that has it ask again after a rest. @param {number} index @param {number} number */
function open(index, number) {
  const { url, callers } = /** @type {Target} */ (targets[index]);
  const { hostname: host, port, pathname, search } = new URL(url);
  const perConnection = Math.max(1, Math.ceil(callers / connections));
  const requests = Array.from({ length: perConnection }, (_, i) => {
    const n = number * perConnection + i;
    const caller = callers === 0 ? '' : `x-forwarded-for: 198.18.${n >> 8}.${n & 255}\r\n`;
    return Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}:${port}\r\n${caller}\r\n`);
  });
  let asked = 0;
  let rests = true;
  /** Bytes of the answer that have not come yet; 0: none of it has. */
  let leftBytes = 0;
  const next = () => {
    rests = active !== index;
    if (!rests) socket.write(/** @type {Buffer} */ (requests[asked++ % perConnection]));
  };
  const socket = connect({
    host,
    port: Number(port),
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(65_536),
      callback(count, buffer) {
        const piece = buffer.subarray(0, count);
        if (leftBytes === 0) leftBytes = answerBytes(/** @type {Buffer} */ (piece));
        leftBytes -= count;
        if (leftBytes === 0) {
          answers += 1;
          next();
        }
        return true;
      },
    },
  });
  socket.on('error', () => {
    others += 1;
  });
  return () => {
    if (rests) next();
  };
}

/** Of an answer that begins here: its head comes in one piece. @param {Buffer} piece */
function answerBytes(piece) {
  const end = piece.indexOf('\r\n\r\n');
  const head = piece.toString('latin1', 0, Math.max(0, end));
  if (!head.startsWith('HTTP/1.1 200 ')) others += 1;
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`An answer without a length:\n${head}`);
  return end + 4 + Number(length);
}

/**
 * It never sleeps: waking another process costs the server as much as half an answer, and how often it has to would go by
 * how soon the load is done with the answer before.
 */
function stayAwake() {
  setImmediate(stayAwake);
}
stayAwake();

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

process.on('disconnect', () => process.exit(0));
const wake = targets.map((_, index) => Array.from({ length: connections }, (_, n) => open(index, n)));
const there = targets.map((_, index) => index);
for (let cycle = 0; cycle < cycles; cycle += 1) {
  for (const index of [...there, ...there.toReversed()]) {
    active = index;
    for (const ask of wake[index] ?? []) ask();
    await pause(headMs);
    process.send?.({ at: 'begin', index, answers, others });
    await pause(sliceMs);
    process.send?.({ at: 'end', index, answers, others });
    // Whoever measures asks the app for its time now: it is still under way.
    await pause(headMs);
  }
}
active = -1;
process.send?.({ at: 'over', index: -1, answers, others });
