/**
 * Leaves a node that is no longer the primary behind its endpoint. Behind a proxy, or on a server that keeps the
 * connections of clients when it is demoted (`close-on-replica-write no`), an open connection leads to the old node for
 * as long as it lives. After a split, the old node even goes on as a primary.
 *
 * A node that reports that it is a replica is left at once. In addition, a fresh connection to the endpoint is opened
 * at intervals, and if it leads to another primary, the connections in use are reopened.
 */

import type { Redis } from 'ioredis';
import { timers } from '../core/internal.ts';
import { parseInfo } from './server-info.ts';

export type PrimaryWatchOptions = {
  /** How often the node in use is compared with the one behind the endpoint, in ms. Default 10,000. */
  everyMs?: number;
  /** Reopens the connections to the endpoint. Default: that of `redis`. */
  reopen?: () => void;
  /** Called before the connections are reopened. */
  onReopen?: (reason: string) => void;
};

export type PrimaryWatch = {
  /** The node replied as a replica. The connections are reopened after a pause, which grows while this is repeated. */
  demoted(): void;
  /** The node replied that it is a primary: the next pause is short again. */
  confirmed(): void;
  stop(): void;
};

/** Default of `everyMs`. */
export const endpointCheckIntervalMs = 10_000;
const initialPauseMs = 100;
const maxPauseMs = 2000;

export function watchPrimary(redis: Redis, options: PrimaryWatchOptions = {}): PrimaryWatch {
  const { everyMs = endpointCheckIntervalMs, reopen = () => redis.disconnect(true), onReopen } = options;
  let pauseMs = initialPauseMs;
  let pause: NodeJS.Timeout | undefined;
  let comparing = false;
  let stopped = false;

  function leave(reason: string): void {
    if (stopped || redis.status !== 'ready') return;
    onReopen?.(reason);
    reopen();
  }

  /** Processes of a fleet notice a failover at the same moment, so each waits for a different time. */
  function leaveLater(reason: string): void {
    if (stopped || pause !== undefined) return;
    pause = timers
      .setTimeout(
        () => {
          pause = undefined;
          leave(reason);
        },
        pauseMs * (0.5 + Math.random() / 2),
      )
      .unref();
    pauseMs = Math.min(2 * pauseMs, maxPauseMs);
  }

  const demoted = (): void => leaveLater('the node is not a primary any more');

  function confirmed(): void {
    pauseMs = initialPauseMs;
  }

  async function compare(): Promise<void> {
    if (comparing || stopped || redis.status !== 'ready') return;
    comparing = true;
    try {
      const used = await nodeOf(redis);
      if (used.role !== 'master') return demoted();
      confirmed();
      const behind = await behindEndpoint(redis);
      if (!isOtherPrimary(behind, used)) return;
      // An endpoint that leads to a different server each time is none to follow.
      const again = await behindEndpoint(redis);
      if (again.runId === behind.runId) leaveLater('the endpoint leads to another primary');
    } catch {
      // The endpoint cannot be reached: the connection in use decides.
    } finally {
      comparing = false;
    }
  }

  const timer = timers.setInterval(() => void compare(), everyMs).unref();
  return {
    demoted,
    confirmed,
    stop() {
      stopped = true;
      timers.clearInterval(timer);
      timers.clearTimeout(pause);
    },
  };
}

/** Whether an error reply says that the node is a replica, or has become one during a blocking command. */
export function isReplicaReply(error: unknown): boolean {
  return error instanceof Error && /^(READONLY|UNBLOCKED) /.test(error.message);
}

type Node = { readonly runId: string; readonly role: string };

async function nodeOf(redis: Redis): Promise<Node> {
  const [server, replication] = await Promise.all([redis.info('server'), redis.info('replication')]);
  return {
    runId: parseInfo(server).get('run_id') ?? '',
    role: parseInfo(replication).get('role') ?? '',
  };
}

function isOtherPrimary(behind: Node, used: Node): boolean {
  return behind.role === 'master' && behind.runId !== '' && behind.runId !== used.runId;
}

/** Through a new connection, which is closed afterwards. */
async function behindEndpoint(redis: Redis): Promise<Node> {
  const fresh = redis.duplicate({
    connectionName: `${redis.options.connectionName ?? 'redis'}:endpoint`,
    lazyConnect: true,
    retryStrategy: () => null,
    reconnectOnError: () => false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
  });
  fresh.on('error', () => {});
  try {
    await fresh.connect();
    return await nodeOf(fresh);
  } finally {
    fresh.disconnect();
  }
}
