import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from './until.ts';

/** A Redis server on this machine for one test, which can be frozen, killed and restarted. Exits with this process. */
export type RedisServerProcess = {
  readonly url: string;
  readonly port: number;
  /** Its data: `dump.rdb` after a SAVE, and `log`. */
  readonly folder: string;
  /** Sends SIGSTOP: connections stay open, and nothing is answered until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Kills it immediately, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  /** A client for the test's own commands. */
  readonly admin: Redis;
  /** Kills it and removes its folder. */
  close(): Promise<void>;
};

/** Attempts: another process may take a port that was free before. */
const maxPorts = 20;
/**
 * A node of a cluster also listens on the port 10,000 higher. Both are below the ephemeral ports, so that no outgoing
 * connection takes the port of a server that is down for a moment.
 */
const [lowestPort, highestPort] = [10_000, 22_767];

/**
 * Starts a server on a free port of 127.0.0.1 with a temporary folder and without automatic snapshots.
 *
 * @param binary redis-server or valkey-server
 * @param settings additional ones, as on its command line: ['--maxmemory', '10mb']
 * @throws Error with the last lines of the server's log when it exits during the start
 */
export async function startRedisServer(
  binary: string,
  settings: readonly string[] = [],
): Promise<RedisServerProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(await freePort(), binary, settings);
    } catch (error) {
      if (attempt === maxPorts) throw error;
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
  const killChild = (): void => void child?.kill('SIGKILL');
  process.on('exit', killChild);
  const start = async (): Promise<void> => {
    child = spawn(binary, [...address, ...files, ...settings], { stdio: 'ignore' });
    const { pid } = child;
    const exited = once(child, 'exit').then(() => false);
    await until('Redis responds', () => hasEnded() || Promise.race([respondsAs(admin, pid), exited]));
    if (hasEnded()) throw new Error(`Redis exited during the start:\n${lastLogLines(folder)}`);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || hasEnded()) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await until('the lost connection is noticed', () => admin.status !== 'ready');
  };
  const close = async (): Promise<void> => {
    process.off('exit', killChild);
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

function lastLogLines(folder: string): string {
  try {
    return readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(-5).join('\n');
  } catch {
    return 'There is no log.';
  }
}

/** Whether this process responds: another server may have taken the port. */
async function respondsAs(admin: Redis, pid: number | undefined): Promise<boolean> {
  if (admin.status !== 'ready') return false;
  return (await admin.info('server')).split('\r\n').includes(`process_id:${pid}`);
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowestPort, highestPort + 1);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
