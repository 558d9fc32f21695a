/**
 * Asks one address as fast as it answers, as so many callers in turn, until it is told to end. It says over the IPC channel
 * when what is to be measured begins and ends, and how many answers it had by then. It is a process of its own, so that it
 * is no part of what is measured, and reads no more of an answer than its status and its length: else it would be what is
 * busy, and the server would rest between two requests.
 */
import { connect } from 'node:net';

/** New connections, and what is compiled again while it is first used, are not measured, in ms. */
const headMs = 400;

const [address = '', connections = '1', seconds = '1', callers = '0'] = process.argv.slice(2);
const { hostname: host, port, pathname, search } = new URL(address);
const perConnection = Math.max(1, Math.ceil(Number(callers) / Number(connections)));
let answers = 0;
let others = 0;

/** Each connection speaks for callers of its own, in turn. @param {number} index */
function ask(index) {
  const requests = Array.from({ length: perConnection }, (_, i) => requestOf(index * perConnection + i));
  let asked = 0;
  /** Bytes of the answer that have not come yet; 0: none of it has. */
  let leftBytes = 0;
  const next = () => socket.write(/** @type {Buffer} */ (requests[asked++ % perConnection]));
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
  socket.on('connect', next);
  socket.on('error', () => {
    others += 1;
  });
}

/** Of an answer that begins here: its head comes in one piece. @param {Buffer} piece */
function answerBytes(piece) {
  const end = piece.indexOf('\r\n\r\n');
  const head = piece.toString('latin1', 0, Math.max(0, end));
  if (!head.startsWith('HTTP/1.1 200 ')) others += 1;
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (end < 0 || length === undefined) throw new Error(`An answer without a length:\n${head}`);
  return end + 4 + Number(length);
}

/** @param {number} n */
function requestOf(n) {
  const caller = callers === '0' ? '' : `x-forwarded-for: 198.18.${n >> 8}.${n & 255}\r\n`;
  return Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}:${port}\r\n${caller}\r\n`);
}

process.on('disconnect', () => process.exit(0));
for (let index = 0; index < Number(connections); index += 1) ask(index);
setTimeout(() => {
  process.send?.({ at: 'begin', answers, others });
  setTimeout(() => process.send?.({ at: 'end', answers, others }), Number(seconds) * 1000);
}, headMs);
