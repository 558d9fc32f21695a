import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { parseInfo } from '../../connection/index.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import type { QueueServer } from './queue-server-checks.ts';

export type QueueClient = Redis | Cluster;

/**
 * KEYS[1] the canary, ARGV[1] a value to set if it is missing.
 * Returns the canary's previous value, INFO replication, INFO memory and TIME of the node that holds the queue: in a
 * cluster, only a command with a key of the queue reaches that node.
 */
const script = `
local canary = redis.call('GET', KEYS[1])
if not canary then redis.call('SET', KEYS[1], ARGV[1]) end
return {canary, redis.call('INFO', 'replication'), redis.call('INFO', 'memory'), redis.call('TIME')}`;

export type QueueMonitorOptions = {
  /** Sends one command under the connection's circuit breaker. */
  look: <T>(command: (client: QueueClient) => Promise<T>) => Promise<T>;
  canaryKey: string;
  everyMs: number;
  onLost: (reason: string) => void;
  /** Called when the server is not a primary and refuses writes. */
  onReplica: () => void;
  /** Called with the state of the server at each check. */
  onServer: (server: QueueServer) => void;
  onError: (error: unknown) => void;
};

/**
 * Detects the two ways in which a server loses data: its canary is missing (FLUSHALL, a restart without data,
 * eviction), or its replication id has changed (a failover or a restart from an old copy, which brings the canary
 * back). Either starts a search for lost messages immediately; the absence of both proves nothing.
 */
export function monitorQueue(options: QueueMonitorOptions): { stop(): void } {
  const { look, canaryKey, everyMs, onLost, onReplica, onServer, onError } = options;
  let known: { canary: string; replicationId: string } | null = null;
  let checking = false;

  async function checkOnce(): Promise<void> {
    const mine = randomUUID();
    const reply = await look((client) => client.eval(script, 1, canaryKey, mine));
    const [canary, replication, memory, time] = reply as [string | null, string, string, [string, string]];
    onServer(queueServerOf(memory, time));
    const fields = parseInfo(replication);
    if (fields.get('role') === 'slave') onReplica();
    const now = { canary: canary ?? mine, replicationId: fields.get('master_replid') ?? '' };
    const before = known;
    known = now;
    if (before === null) return;
    if (before.canary !== now.canary) onLost('the canary is missing');
    else if (before.replicationId !== now.replicationId)
      onLost('the replication id of the server has changed');
  }

  const timer = timers
    .setInterval(() => {
      if (checking) return;
      checking = true;
      checkOnce()
        .catch((error: unknown) => {
          // The wake-up queue reports that the server is unavailable.
          if (!(error instanceof RedisUnavailableError)) onError(error);
        })
        .finally(() => {
          checking = false;
        });
    }, everyMs)
    .unref();
  return { stop: () => timers.clearInterval(timer) };
}

function queueServerOf(memory: string, [seconds, microseconds]: readonly [string, string]): QueueServer {
  const fields = parseInfo(memory);
  return {
    evictionPolicy: fields.get('maxmemory_policy') ?? null,
    usedBytes: Number(fields.get('used_memory') ?? 0),
    maxBytes: Number(fields.get('maxmemory') ?? 0),
    skewMs: Number(seconds) * 1000 + Number(microseconds) / 1000 - Date.now(),
  };
}
