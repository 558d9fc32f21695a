/** The primary of one cache in memory: always usable, and it receives every notification at once. */

import type { EntryKeys } from '../cache/keys.ts';
import type { Commands } from '../cache/primary/commands.ts';
import { type Moment, momentOf } from '../cache/primary/moment.ts';
import { nextEpoch, type Shard } from '../cache/primary/shard.ts';
import type { SharedOptions } from '../cache/primary/shards.ts';
import type { Reading } from '../cache/read/read-batch.ts';
import { Reads } from '../cache/read/reads.ts';
import { type Clock, RedisUnavailableError } from '../core/index.ts';
import { memoryCommands } from './memory-commands.ts';
import type { Listener, MemoryServer } from './memory-server.ts';

export class MemoryShard implements Shard {
  readonly commands: Commands;
  readonly #server: MemoryServer;
  readonly #options: SharedOptions;
  /** The driver's time. */
  readonly #time: Clock;
  readonly #reads: Reads;
  readonly #listener: Listener;
  #epoch = nextEpoch();

  constructor(server: MemoryServer, options: SharedOptions, time: Clock) {
    const { keys, counters, leaseWaiters, tracksTags } = options;
    this.#server = server;
    this.#options = options;
    this.#time = time;
    this.commands = memoryCommands({
      server,
      keys,
      nowMs: () => Math.floor(time.nowMs()),
      assertOpen: () => {
        if (this.replicationId === null) throw new RedisUnavailableError('the cache was closed');
      },
    });
    this.#reads = new Reads(
      this,
      () => 0,
      () => counters.snapshot(this.#epoch),
    );
    this.#listener = {
      prefix: keys.prefix,
      onWake: (leaseKey) => leaseWaiters.wake(leaseKey),
      onTag: (tagKey) => {
        if (tracksTags) counters.raise(tagKey);
      },
      onAnything: () => {
        this.#epoch = nextEpoch();
      },
    };
    server.listeners.add(this.#listener);
  }

  get replicationId(): Buffer | null {
    return this.#server.listeners.has(this.#listener) ? this.#server.replicationId : null;
  }

  get epoch(): number {
    return this.#epoch;
  }

  now(): Moment {
    return momentOf(this.#options.clock);
  }

  get isTracking(): boolean {
    return this.#options.tracksTags && this.replicationId !== null;
  }

  isTrackingAt(): boolean {
    return this.isTracking;
  }

  get redisNowMs(): number {
    return (this.#options.entryClock ?? this.#time).nowMs();
  }

  redisMsAt(): number {
    return this.redisNowMs;
  }

  toLocalMs(redisMs: number): number {
    return redisMs - this.redisNowMs + this.#options.clock.nowMs();
  }

  observeRedisTime(redisMs: number): number {
    return this.#options.entryClock?.nowMs() ?? redisMs;
  }

  read(names: EntryKeys, onSend?: () => void): Promise<Reading | null> {
    return this.#reads.read(names, onSend);
  }

  close(): void {
    this.#server.listeners.delete(this.#listener);
  }
}
