import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * Asks a Redis server a few questions over a connection of its own, and closes it. Enough for "are you there"
 * and "which version are you"; it runs before any package is installed.
 *
 * @param {string} url redis:// or rediss://, with the password in it
 * @param {readonly (readonly string[])[]} commands
 * @param {{ timeoutMs: number }} bound
 * @returns {Promise<string>} the raw replies, once there is one for the last command
 */
export function sendRedisCommands(url, commands, { timeoutMs }) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const target = { host, port: port === '' ? 6379 : Number(port) };
  const login =
    password === '' ? [] : [['AUTH', ...[username, password].filter(Boolean).map(decodeURIComponent)]];
  // The answer to this last one ends the reading, whatever shape the answers before it have.
  const all = [...login, ...commands, ['ECHO', endMark]];
  return new Promise((resolve, reject) => {
    const socket = protocol === 'rediss:' ? connectTls({ ...target, servername: host }) : connect(target);
    let received = '';
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      received += String(text);
      if (received.includes(endMark) || /^-(NOAUTH|WRONGPASS|LOADING)/m.test(received)) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(received);
    });
    socket.write(all.map(encode).join(''));
  });
}

const endMark = 'bookedbarber-end-of-answers';

/** @param {readonly string[]} command */
function encode(command) {
  const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${words.join('')}`;
}
