import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type BlackHole = { readonly port: number; close(): void };

/**
 * Opens a local port that drops SYN packets, like a firewall: its process is stopped and its accept queue is full, so
 * the kernel does not respond to further SYN packets.
 */
export async function openBlackHole(): Promise<BlackHole> {
  const listen = `const server = require('node:net').createServer();
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));
    process.stdin.on('end', () => process.exit()).resume();`;
  const child = spawn(process.execPath, ['-e', listen], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [output] = await once(child.stdout, 'data');
  const port = Number(String(output));
  child.kill('SIGSTOP');
  const held: Socket[] = [];
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    held.push(socket);
    if (!(await isAccepted(socket))) break;
  }
  return {
    port,
    close() {
      for (const socket of held) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}

/** A local connection is accepted immediately or not at all. */
function isAccepted(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 250);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
