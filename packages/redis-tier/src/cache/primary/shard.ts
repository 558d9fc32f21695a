import { type Clock, RedisUnavailableError } from '../../core/index.ts';
import type { EntryKeys } from '../keys.ts';
import type { Reading } from '../read/read-batch.ts';
import type { Send } from './link.ts';
import { type Moment, momentOf } from './moment.ts';

/** What a look-up needs of the primary that has its scope. */
export type Shard = {
  /** Null while the primary is not to be used. */
  readonly replicationId: Buffer | null;
  /** Goes up when anything kept in this process may be out of date. No two shards ever have the same. */
  readonly epoch: number;
  /** This moment by the clocks of this process. */
  now(): Moment;
  /** Whether every change of a tag is surely heard. */
  readonly isTracking: boolean;
  isTrackingAt(now: Moment): boolean;
  /** This moment by the primary's clock, and a moment of it by the clock of this process. */
  readonly redisNowMs: number;
  redisMsAt(now: Moment): number;
  toLocalMs(redisMs: number): number;
  observeRedisTime(redisMs: number, askedAtSteadyMs: number): number;
  readonly send: Send;
  readonly sendWithoutDeadline: Send;
  read(names: EntryKeys, onSend?: () => void): Promise<Reading | null>;
  /** Removes one key wherever it is at the moment, when it may be on its way to another node. */
  unlink(key: string): Promise<unknown>;
};

/** Stands for a primary that is not known, or for none at all. */
export function noShard(clock: Clock): Shard {
  // One for all: where there is no cache, every look-up ends with it, and a trace is not made for nothing.
  const reason = new RedisUnavailableError('there is no primary');
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
