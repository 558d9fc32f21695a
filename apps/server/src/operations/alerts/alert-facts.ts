import type { RedisSample } from '@bookedbarber/redis-tier/health';
import type { OutboxCounts } from '../messages/outbox-monitor.ts';

/** The current state that the alert rules evaluate. */
export type Facts = {
  /** Null: no Redis is configured. */
  redis: RedisSample | null;
  /** Maximum Redis connections of one process. */
  connectionBudget: number;
  pendingInvalidations: number;
  /** Where limits are checked; null: limits are disabled. */
  limits: 'redis' | 'local' | 'outage' | null;
  /** Whether jobs have a queue, and whether it shares the Redis server of the cache. */
  queue: 'none' | 'shared' | 'own';
  /** Null: the database does not respond. */
  outbox: Pick<OutboxCounts, 'states' | 'late' | 'lagMs' | 'paused' | 'pauses' | 'workers' | 'tasks'> | null;
  nowMs: number;
};
