import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { parseInfo } from '../../connection/index.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import type { QueueServer } from './queue-server-checks.ts';

export type QueueClient = Redis | Cluster;

/**
 * KEYS[1] the canary, ARGV[1] a value for it if it is gone.
 * Returns the canary's value before, INFO replication, INFO memory and TIME of the very node that holds the queue: in a
 * cluster no other command asks the right one.
 */
const script = `
local canary = redis.call('GET', KEYS[1])
if not canary then redis.call('SET', KEYS[1], ARGV[1]) end
return {canary, redis.call('INFO', 'replication'), redis.call('INFO', 'memory'), redis.call('TIME')}`;

export type QueueMonitorOptions = {
  /** Sends one command under the connection's guard. */
  look: <T>(command: (client: QueueClient) => Promise<T>) => Promise<T>;
  canaryKey: string;
  everyMs: number;
  onLost: (reason: string) => void;
  /** It is no primary: what is written to it is refused. */
  onReplica: () => void;
  /** How the server is, at each look. */
  onServer: (server: QueueServer) => void;
  onError: (error: unknown) => void;
};

/**
 * Watches for the two ways in which a server forgets: its canary is gone (FLUSHALL, a restart without data, eviction), or
 * it goes on from another history (a failover or a restart from an old copy, which brings the canary back). Either only
 * gives a reason to look for lost messages at once; that nothing was noticed proves nothing.
 */
export function monitorQueue(options: QueueMonitorOptions): { stop(): void } {
  const { look, canaryKey, everyMs, onLost, onReplica, onServer, onError } = options;
  let known: { canary: string; replicationId: string } | null = null;
  let looking = false;

  async function checkOnce(): Promise<void> {
    const mine = randomUUID();
    const answer = await look((client) => client.eval(script, 1, canaryKey, mine));
    const [canary, replication, memory, time] = answer as [string | null, string, string, [string, string]];
    onServer(serverOf(memory, time));
    const fields = parseInfo(replication);
    if (fields.get('role') === 'slave') onReplica();
    const now = { canary: canary ?? mine, replicationId: fields.get('master_replid') ?? '' };
    const before = known;
    known = now;
    if (before === null) return;
    if (before.canary !== now.canary) onLost('the canary is gone');
    else if (before.replicationId !== now.replicationId) onLost('the server goes on from another history');
  }

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    checkOnce()
      .catch((error: unknown) => {
        // That it is away is for the doorbell to say, once.
        if (!(error instanceof RedisUnavailableError)) onError(error);
      })
      .finally(() => {
        looking = false;
      });
  }, everyMs).unref();
  return { stop: () => clearInterval(timer) };
}

function serverOf(memory: string, [seconds, microseconds]: readonly [string, string]): QueueServer {
  const fields = parseInfo(memory);
  return {
    evictionPolicy: fields.get('maxmemory_policy') ?? null,
    usedBytes: Number(fields.get('used_memory') ?? 0),
    maxBytes: Number(fields.get('maxmemory') ?? 0),
    skewMs: Number(seconds) * 1000 + Number(microseconds) / 1000 - Date.now(),
  };
}
