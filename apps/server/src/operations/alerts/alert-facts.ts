import type { RedisSample } from '@bookedbarber/redis-tier/health';
import type { OutboxCounts } from '../messages/outbox-monitor.ts';

/** What is known at the moment of asking. */
export type Facts = {
  /** Null: no Redis is configured. */
  redis: RedisSample | null;
  /** Connections that one process may hold. */
  connectionBudget: number;
  pendingInvalidations: number;
  /** Who decides about limits; null: there are none. */
  limits: 'redis' | 'local' | 'outage' | null;
  /** Whether jobs have a queue, and whether it is on the server of the cache. */
  queue: 'none' | 'shared' | 'own';
  /** Null: the database does not answer. */
  outbox: Pick<OutboxCounts, 'states' | 'late' | 'lagMs' | 'held' | 'pauses' | 'workers' | 'tasks'> | null;
  nowMs: number;
};
