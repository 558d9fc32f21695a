import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { redisUrl, startRedis, stopRedis } from '../../../bin/services/redis.mjs';

export type OwnRedis = {
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

/** A server of the test's own, to be hurt. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'bookedbarber-limits-'));
  const password = 'only-for-tests';
  const settings = {
    binary: inject('redisBinary'),
    folder,
    password,
    log: join(folder, 'log'),
    durable: false,
  };
  let service = await startRedis(settings);
  const { port } = service;
  const signal = (name: NodeJS.Signals): void => void process.kill(service.pid, name);
  const onExit = (): void => signal('SIGKILL');
  process.on('exit', onExit);
  return {
    url: redisUrl(port, password),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async kill() {
      signal('SIGKILL');
      await service.exited;
    },
    async restart() {
      service = await startRedis({ ...settings, port });
    },
    async stop() {
      process.off('exit', onExit);
      await stopRedis(service);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
