import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from './until.ts';

/** A Redis server of one's own on this machine, to be frozen, killed and restarted. It ends with this process. */
export type RedisServerProcess = {
  readonly url: string;
  readonly port: number;
  /** What it keeps lies here: `dump.rdb` after a SAVE, `log`. */
  readonly folder: string;
  /** SIGSTOP: its connections stay, and nothing is answered until `thaw`. */
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

/** Somebody else may take a port that was free a moment ago. */
const mostPorts = 5;
/** A node of a cluster also listens on the port 10,000 higher. */
const highestPort = 55_535;

/**
 * Starts a server on a free port of 127.0.0.1 with a temporary folder and without snapshots of its own accord.
 *
 * @param binary redis-server or valkey-server
 * @param settings further ones, as on its command line: ['--maxmemory', '10mb']
 * @throws Error with the server's last words when it ends instead of answering
 */
export async function startRedisServer(
  binary: string,
  settings: readonly string[] = [],
): Promise<RedisServerProcess> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await startOn(await freePort(), binary, settings);
    } catch (error) {
      if (tried === mostPorts) throw error;
    }
  }
}

async function startOn(
  port: number,
  binary: string,
  settings: readonly string[],
): Promise<RedisServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-tier-'));
  const address = ['--port', `${port}`, '--bind', '127.0.0.1'];
  const files = ['--save', '', '--dir', folder, '--logfile', 'log'];
  let child: ChildProcess | undefined;
  const hasEnded = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null;
  const endWithUs = (): void => void child?.kill('SIGKILL');
  process.on('exit', endWithUs);
  const start = async (): Promise<void> => {
    child = spawn(binary, [...address, ...files, ...settings], { stdio: 'ignore' });
    await until('Redis answers', () => admin.status === 'ready' || hasEnded());
    if (hasEnded()) throw new Error(`Redis ended at once:\n${lastWords(folder)}`);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || hasEnded()) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await until('the loss is noticed', () => admin.status !== 'ready');
  };
  const close = async (): Promise<void> => {
    process.off('exit', endWithUs);
    child?.kill('SIGCONT');
    await kill();
    admin.disconnect();
    rmSync(folder, { recursive: true, force: true });
  };
  const admin = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on('error', () => {});
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    admin,
    start,
    kill,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    close,
  };
}

function lastWords(folder: string): string {
  try {
    return readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(-5).join('\n');
  } catch {
    return 'It wrote no log.';
  }
}

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address === null || typeof address === 'string') throw new Error('The machine gave no port');
    if (address.port <= highestPort) return address.port;
  }
}
