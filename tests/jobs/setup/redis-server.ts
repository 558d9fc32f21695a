import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';
import { until } from './until.ts';

/** A Redis of the test's own, to be hurt. It keeps nothing on disk. */
export type OwnRedis = {
  readonly url: string;
  /** A client to look with. */
  readonly client: Redis;
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void;
  /** Starts it again, empty, under the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startOwnRedis(): Promise<OwnRedis> {
  const port = await freePort();
  let child: ChildProcess;
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => 50 });
  client.on('error', () => {});

  async function start(): Promise<void> {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    child = spawn(inject('redisBinary'), settings, { stdio: 'ignore' });
    if (client.status === 'wait') await client.connect().catch(() => {});
    await until(
      'Redis answers',
      () => client.ping().catch(() => ''),
      (answer) => answer === 'PONG',
    );
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    client,
    signal: (signal) => void child.kill(signal),
    restart: start,
    async stop() {
      client.disconnect();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Sets maxmemory so that 95 % of it is used: of so much that what connections take besides stays far from both the limit and
 * what is told of it.
 */
export async function fillNearly({ client }: OwnRedis): Promise<void> {
  await client.setrange('filler', 20_000_000, 'x');
  const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  await client.config('SET', 'maxmemory', String(Math.round(used * 1.05)));
}
