import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type BlackHole = { readonly port: number; close(): void };

/**
 * A port of this machine that swallows what comes, as a firewall does that drops packets: its process is frozen and its
 * queue of connections is full, so the system leaves every further SYN without an answer.
 */
export async function openBlackHole(): Promise<BlackHole> {
  const listen = `const server = require('node:net').createServer();
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));
    process.stdin.on('end', () => process.exit()).resume();`;
  const child = spawn(process.execPath, ['-e', listen], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  const port = Number(String(said));
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

/** On one machine a connection comes about at once or not at all. */
function isAccepted(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 250);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
