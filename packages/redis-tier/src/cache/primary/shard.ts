import { type Clock, RedisUnavailableError } from '../../core/index.ts';
import type { EntryKeys } from '../keys.ts';
import type { Reading } from '../read/read-batch.ts';
import { type Moment, momentOf } from './moment.ts';
import type { Send } from './primary-connection.ts';

/** What a lookup needs from the primary that owns its namespace. */
export type Shard = {
  /** Null while the primary is unusable. */
  readonly replicationId: Buffer | null;
  /** Changes when every entry in this process may be out of date. No two shards ever have the same epoch. */
  readonly epoch: number;
  /** The current moment by the clocks of this process. */
  now(): Moment;
  /** Whether invalidation tracking is connected, so that this process receives every change of a tag. */
  readonly isTracking: boolean;
  isTrackingAt(now: Moment): boolean;
  /** The current time by the primary's clock, and a time of it by the clock of this process. */
  readonly redisNowMs: number;
  redisMsAt(now: Moment): number;
  toLocalMs(redisMs: number): number;
  observeRedisTime(redisMs: number, sentAtSteadyMs: number): number;
  readonly send: Send;
  readonly sendWithoutDeadline: Send;
  read(names: EntryKeys, onSend?: () => void): Promise<Reading | null>;
  /** Removes one key on whichever node owns it, even while its slot is being migrated. */
  unlink(key: string): Promise<unknown>;
};

/** A shard without a primary: every command is rejected. */
export function noShard(clock: Clock): Shard {
  // One error for all commands: without Redis every lookup ends with it, and a stack trace for each would be wasted.
  const reason = new RedisUnavailableError('no primary is known');
  const refuse = (): Promise<never> => Promise.reject(reason);
  return {
    replicationId: null,
    epoch: 0,
    now: () => momentOf(clock),
    isTracking: false,
    isTrackingAt: () => false,
    get redisNowMs() {
      return clock.nowMs();
    },
    redisMsAt: ({ wallMs }) => wallMs,
    toLocalMs: (redisMs) => redisMs,
    observeRedisTime: (redisMs) => redisMs,
    send: refuse,
    sendWithoutDeadline: refuse,
    read: refuse,
    unlink: refuse,
  };
}
