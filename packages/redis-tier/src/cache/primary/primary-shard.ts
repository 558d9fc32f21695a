/**
 * One primary, as the cache uses it: a connection for commands, one to listen, and the reads of a turn. Without a cluster
 * there is one shard for all scopes.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../../core/index.ts';
import type { OnCacheEvent } from '../events.ts';
import type { Invalidations } from '../invalidate/invalidations.ts';
import type { EntryNames, KeySpace } from '../keys.ts';
import type { WakeUps } from '../load/wake-ups.ts';
import type { TagCounters } from '../local/tag-counters.ts';
import type { Reading } from '../read/read-batch.ts';
import { Reads } from '../read/reads.ts';
import { Link, type Send } from './link.ts';
import { type Moment, momentOf } from './moment.ts';
import type { Shard } from './shard.ts';
import { Subscriber } from './subscriber.ts';

/** What all shards of a cache share. */
export type ShardOptions = {
  readonly keys: KeySpace;
  readonly clock: Clock;
  /** What entries age by; null: the server's time. */
  readonly ages: Clock | null;
  readonly deadlineMs: number;
  readonly counters: TagCounters;
  readonly wakeUps: WakeUps;
  readonly invalidations: Invalidations;
  /** Whether there is a local tier. */
  readonly hearsTags: boolean;
  /** Of a cluster: a scope of a slot of the node. */
  readonly someScope?: () => string;
  /** Of a cluster: removes a key wherever it is. Default: here. */
  readonly unlink?: (key: string) => Promise<unknown>;
  /** Reads that may go together have the same number: all, or those of one slot. */
  readonly groupOf: (names: EntryNames) => number;
  readonly onEvent: OnCacheEvent;
  /** The shard is used, or is no longer. */
  readonly onChange: () => void;
};

/** Of all shards together. */
let epochs = 0;

export class PrimaryShard implements Shard {
  readonly #link: Link;
  readonly #reads: Reads;
  readonly #subscriber: Subscriber;
  readonly #unlink: (key: string) => Promise<unknown>;
  readonly #clock: Clock;
  #epoch = 0;

  /** `redis` stays the caller's to close. */
  constructor(redis: Redis, options: ShardOptions) {
    const { clock, ages, deadlineMs, keys, counters, wakeUps, invalidations, hearsTags, groupOf, onEvent } =
      options;
    this.#clock = clock;
    const probeKey = (): string => keys.probe(options.someScope?.() ?? '');
    this.#link = new Link({
      redis,
      clock,
      ages,
      deadlineMs,
      probeKey,
      onEvent,
      beforeUse: (again) => invalidations.apply(this, again),
      onChange: () => {
        this.#subscriber.check();
        options.onChange();
      },
    });
    this.#reads = new Reads(this.#link, groupOf, () => counters.snapshot(this.#epoch));
    this.#subscriber = new Subscriber({
      redis,
      keys,
      clock,
      probeKey,
      hearsTags,
      server: (now) => this.#link.serverAt(now),
      onWake: (leaseKey) => wakeUps.wake(leaseKey),
      onTag: (tagKey) => counters.raise(tagKey),
      onAnything: () => this.#beginEpoch(),
      onEvent,
    });
    this.#unlink = options.unlink ?? ((key) => this.send((node) => node.unlink(key)));
    this.#beginEpoch();
  }

  get lineage(): Buffer | null {
    return this.#link.lineage;
  }

  get epoch(): number {
    return this.#epoch;
  }

  now(): Moment {
    return momentOf(this.#clock);
  }

  get hears(): boolean {
    return this.hearsAt(this.now());
  }

  hearsAt(now: Moment): boolean {
    return this.#subscriber.hearsAt(now);
  }

  get redisNowMs(): number {
    return this.#link.redisNowMs;
  }

  redisMsAt(now: Moment): number {
    return this.#link.redisMsAt(now);
  }

  toLocalMs(redisMs: number): number {
    return this.#link.toLocalMs(redisMs);
  }

  hearTime(redisMs: number, askedAtSteadyMs: number): number {
    return this.#link.hearTime(redisMs, askedAtSteadyMs);
  }

  get send(): Send {
    return this.#link.send;
  }

  get sendLate(): Send {
    return this.#link.sendLate;
  }

  read(names: EntryNames, onSend?: () => void): Promise<Reading | null> {
    return this.#reads.read(names, onSend);
  }

  unlink(key: string): Promise<unknown> {
    return this.#unlink(key);
  }

  /** Applies again what was invalidated of late, before it is read again: scopes of another primary have come to it. */
  useAnew(): void {
    this.#link.useAnew();
  }

  close(): void {
    this.#subscriber.close();
    this.#link.close();
  }

  #beginEpoch(): void {
    epochs += 1;
    this.#epoch = epochs;
  }
}
