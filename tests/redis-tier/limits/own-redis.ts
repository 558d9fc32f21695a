import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';

export type OwnRedis = {
  port: number;
  url: string;
  /** Freezes the process: its connections stay, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** A server of the test's own, to be hurt. `settings` are further lines of its configuration, such as ['hz', '10']. */
export async function startOwnRedis(settings: readonly (readonly string[])[] = []): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'bookedbarber-limits-'));
  const port = await freePort();
  const lines = [['bind', '127.0.0.1'], ['port', `${port}`], ['save', ''], ['dir', folder], ...settings];
  const args = lines.flatMap(([name = '', ...values]) => [`--${name}`, ...values]);
  let child = await start(args);
  const onExit = (): void => void child.kill('SIGKILL');
  process.on('exit', onExit);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill,
    async restart() {
      child = await start(args);
    },
    async stop() {
      process.off('exit', onExit);
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when the server says that it is ready. */
async function start(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(inject('redisBinary'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('Ready to accept connections')) {
      child.stdout.resume();
      return child;
    }
  }
  throw new Error('The Redis server ended before it was ready.');
}
