import { type Clock, RedisUnavailableError } from '../../core/index.ts';
import type { EntryKeys } from '../keys.ts';
import type { Reading } from '../read/read-batch.ts';
import type { Commands } from './commands.ts';
import { type Moment, momentOf } from './moment.ts';

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
  readonly commands: Commands;
  /**
   * An entry and its tags; null when the entry does not exist, or was stored with other tags. `onSend` runs just before
   * they are read.
   *
   * @throws as the commands
   */
  read(names: EntryKeys, onSend?: () => void): Promise<Reading | null>;
};

/** Last epoch used, across all shards. */
let lastEpoch = 0;

export function nextEpoch(): number {
  lastEpoch += 1;
  return lastEpoch;
}

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
    commands: {
      mget: refuse,
      acquire: refuse,
      store: refuse,
      renew: refuse,
      release: refuse,
      removeTags: refuse,
      removeEveryTag: refuse,
      scan: refuse,
    },
    read: refuse,
  };
}
