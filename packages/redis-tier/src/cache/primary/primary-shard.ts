/**
 * One primary as the cache uses it: a connection for commands, one for notifications, and the batched reads of each
 * event-loop turn. Without a cluster, one shard serves all namespaces.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../../core/index.ts';
import type { OnCacheEvent } from '../events.ts';
import type { Invalidations } from '../invalidate/invalidations.ts';
import type { EntryKeys, KeySpace } from '../keys.ts';
import type { LeaseWaiters } from '../load/wake-ups.ts';
import type { TagCounters } from '../local/tag-counters.ts';
import type { Reading } from '../read/read-batch.ts';
import { Reads } from '../read/reads.ts';
import type { Commands } from './commands.ts';
import { type Moment, momentOf } from './moment.ts';
import { PrimaryConnection } from './primary-connection.ts';
import { redisCommands } from './redis-commands.ts';
import { nextEpoch, type Shard } from './shard.ts';
import { InvalidationTracking } from './subscriber.ts';

/** Shared by all shards of a cache. */
export type ShardOptions = {
  readonly keys: KeySpace;
  readonly clock: Clock;
  /** The clock that entries age by; null: the server's time. */
  readonly entryClock: Clock | null;
  readonly deadlineMs: number;
  readonly endpointCheckMs: number;
  readonly counters: TagCounters;
  readonly leaseWaiters: LeaseWaiters;
  readonly invalidations: Invalidations;
  /** Whether there is a local tier. */
  readonly tracksTags: boolean;
  /** For a cluster: a namespace in a slot of the node. */
  readonly anyNamespace?: () => string;
  /** For a cluster: removes a key on whichever node owns it. Default: on this node. */
  readonly unlink?: (key: string) => Promise<unknown>;
  /** Reads with the same number may travel in one batch: all reads, or those of one slot. */
  readonly groupOf: (names: EntryKeys) => number;
  readonly onEvent: OnCacheEvent;
  /** The shard becomes usable or unusable. */
  readonly onChange: () => void;
};

export class PrimaryShard implements Shard {
  readonly #connection: PrimaryConnection;
  readonly #reads: Reads;
  readonly #subscriber: InvalidationTracking;
  readonly #clock: Clock;
  readonly commands: Commands;
  #epoch = 0;

  /** The caller closes `redis`. */
  constructor(redis: Redis, options: ShardOptions) {
    const {
      clock,
      entryClock,
      deadlineMs,
      endpointCheckMs,
      keys,
      counters,
      leaseWaiters,
      invalidations,
      tracksTags,
      groupOf,
      onEvent,
    } = options;
    this.#clock = clock;
    const probeKey = (): string => keys.probe(options.anyNamespace?.() ?? '');
    this.#connection = new PrimaryConnection({
      redis,
      clock,
      entryClock,
      deadlineMs,
      endpointCheckMs,
      probeKey,
      onEvent,
      beforeUse: (again) => invalidations.apply(this, again),
      onChange: () => {
        this.#subscriber.check();
        options.onChange();
      },
    });
    const { send, sendWithoutDeadline } = this.#connection;
    const unlink = options.unlink ?? ((key) => send((node) => node.unlink(key)));
    this.commands = redisCommands({ send, sendWithoutDeadline, unlink, keys });
    this.#reads = new Reads(this, groupOf, () => counters.snapshot(this.#epoch));
    this.#subscriber = new InvalidationTracking({
      redis,
      keys,
      clock,
      probeKey,
      tracksTags,
      server: (now) => this.#connection.serverAt(now),
      onWake: (leaseKey) => leaseWaiters.wake(leaseKey),
      onTag: (tagKey) => counters.raise(tagKey),
      onAnything: () => this.#beginEpoch(),
      onEvent,
    });
    this.#beginEpoch();
  }

  get replicationId(): Buffer | null {
    return this.#connection.replicationId;
  }

  get epoch(): number {
    return this.#epoch;
  }

  now(): Moment {
    return momentOf(this.#clock);
  }

  get isTracking(): boolean {
    return this.isTrackingAt(this.now());
  }

  isTrackingAt(now: Moment): boolean {
    return this.#subscriber.isTrackingAt(now);
  }

  get redisNowMs(): number {
    return this.#connection.redisNowMs;
  }

  redisMsAt(now: Moment): number {
    return this.#connection.redisMsAt(now);
  }

  toLocalMs(redisMs: number): number {
    return this.#connection.toLocalMs(redisMs);
  }

  observeRedisTime(redisMs: number, sentAtSteadyMs: number): number {
    return this.#connection.observeRedisTime(redisMs, sentAtSteadyMs);
  }

  read(names: EntryKeys, onSend?: () => void): Promise<Reading | null> {
    return this.#reads.read(names, onSend);
  }

  /** Applies recent invalidations again before the next read, after namespaces moved here from another primary. */
  reapplyInvalidations(): void {
    this.#connection.reapplyInvalidations();
  }

  close(): void {
    this.#subscriber.close();
    this.#connection.close();
  }

  #beginEpoch(): void {
    this.#epoch = nextEpoch();
  }
}
