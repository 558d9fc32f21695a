import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../../bin/services/free-port.mjs';
import { until } from './until.ts';

/** A Redis server of the test's own, to be frozen, killed and restarted. */
export type OwnRedis = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Stops it for `SIGSTOP` until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Kills it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  /** A client for the test's own commands. */
  readonly admin: Redis;
  /** Kills it and removes its folder. */
  close(): Promise<void>;
};

export async function startOwnRedis(binary: string, settings: readonly string[] = []): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-tier-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const defaults = [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      folder,
      '--logfile',
      'log',
    ];
    child = spawn(binary, [...defaults, ...settings], { stdio: 'ignore' });
    await until('Redis answers', () => admin.status === 'ready');
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await until('the loss is noticed', () => admin.status !== 'ready');
  };
  const admin = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on('error', () => {});
  await start();
  return {
    url,
    port,
    folder,
    admin,
    start,
    kill,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    close: async () => {
      child?.kill('SIGCONT');
      await kill();
      admin.disconnect();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
