/**
 * The connection that receives notifications: wake-ups of other processes' loads, and changes of tags.
 *
 * It uses RESP2, in which invalidations arrive as messages of the channel `__redis__:invalidate`; in RESP3 they are
 * pushes, which ioredis drops. Tracking belongs to a connection: it is enabled again on every new one, and entries
 * from before are no longer fresh. Tracking is by key prefix, so the server keeps no list of the keys that each
 * client read. If the server refuses tracking, the invalidating process publishes the keys instead.
 *
 * The local tier may serve entries as fresh only under two conditions. A PING sent on this connection at most three
 * seconds ago was answered, so everything that the server had sent before has arrived. And the connection leads to
 * the same server, with the same replication id, as the connection for commands.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import type { OnCacheEvent } from '../events.ts';
import type { KeySpace } from '../keys.ts';
import { ageMs, type Moment, momentOf } from './moment.ts';
import { readRole } from './replication-id.ts';

export type InvalidationTrackingOptions = {
  /** The connection for commands; this one uses the same settings. */
  redis: Redis;
  keys: KeySpace;
  clock: Clock;
  /** A key that never exists, in a slot of the node. */
  probeKey: () => string;
  /** Whether to track changes of tags. */
  tracksTags: boolean;
  /** The server that the commands go to; null while there is none. */
  server: (now: Moment) => string | null;
  onWake: (leaseKey: string) => void;
  /** A tag has changed. */
  onTag: (tagKey: string) => void;
  /** Anything may have changed. */
  onAnything: () => void;
  onEvent: OnCacheEvent;
};

const invalidateChannel = '__redis__:invalidate';
const pingEveryMs = 1000;
const trustMs = 3000;

export class InvalidationTracking {
  readonly #options: InvalidationTrackingOptions;
  readonly #redis: Redis;
  readonly #timer: NodeJS.Timeout;
  /** The server that this connection tracks; null until tracking has begun. */
  #server: string | null = null;
  /** Whether the current connection has subscribed. */
  #listens = false;
  #confirmedAt: Moment;
  #reportedConnected = false;
  #closed = false;

  constructor(options: InvalidationTrackingOptions) {
    this.#options = options;
    this.#confirmedAt = momentOf(options.clock);
    this.#redis = options.redis.duplicate({
      protocol: 2,
      autoResubscribe: false,
      enableOfflineQueue: false,
      connectionName: `${options.redis.options.connectionName ?? 'cache'}:listen`,
    });
    this.#redis.on('error', () => {});
    this.#redis.on('ready', () => void this.#listen());
    this.#redis.on('close', () => this.#disconnected('the connection was closed'));
    this.#redis.on('messageBuffer', (channel: Buffer, message: unknown) =>
      this.#onMessage(String(channel), message),
    );
    this.#timer = timers.setInterval(() => void this.#ping(), pingEveryMs).unref();
  }

  /** Whether every change of a tag up to three seconds ago has been received. */
  isTrackingAt(now: Moment): boolean {
    return (
      this.#options.tracksTags &&
      this.#server !== null &&
      ageMs(this.#confirmedAt, now) <= trustMs &&
      this.#server === this.#options.server(now)
    );
  }

  /** Compares the servers of both connections and reports changes. Call it when one of them may have changed. */
  check(): void {
    if (this.#closed) return;
    const now = momentOf(this.#options.clock);
    const server = this.#options.server(now);
    // RESP2 allows no INFO on a connection that has subscribed, so a new connection is opened to read its server.
    if (this.#options.tracksTags && server !== null && server !== this.#server && this.#listens) {
      this.#disconnected('it is connected to another server than the commands');
      this.#redis.disconnect(true);
    }
    if (this.#reportedConnected !== this.isTrackingAt(now))
      this.#report(server === null ? 'Redis is not used' : 'no reply for too long');
  }

  close(): void {
    timers.clearInterval(this.#timer);
    // On purpose, so nothing is reported.
    this.#reportedConnected = false;
    this.#closed = true;
    this.#redis.disconnect();
  }

  async #listen(): Promise<void> {
    const { keys, tracksTags, clock, probeKey, onAnything } = this.#options;
    const redis = this.#redis;
    try {
      const sentAt = momentOf(clock);
      const role = await readRole(redis, probeKey());
      const tracking = tracksTags && (await this.#track());
      const channels = [keys.wakeChannel];
      if (tracksTags) channels.push(tracking ? invalidateChannel : keys.invalidationChannel);
      await redis.subscribe(...channels);
      onAnything();
      this.#listens = true;
      if ('server' in role) this.#server = role.server;
      this.#confirmedAt = sentAt;
      this.check();
    } catch {
      // A connection on which this fails is useless.
      if (redis.status === 'ready') redis.disconnect(true);
    }
  }

  /** False if the server refuses. */
  async #track(): Promise<boolean> {
    const { keys } = this.#options;
    const id = await this.#redis.client('ID');
    try {
      await this.#redis.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', keys.tagPrefix);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ReplyError') return false;
      throw error;
    }
  }

  async #ping(): Promise<void> {
    if (this.#redis.status !== 'ready') return;
    const sentAt = momentOf(this.#options.clock);
    const server = this.#server;
    try {
      await this.#redis.ping();
      if (server !== null && server === this.#server) this.#confirmedAt = sentAt;
    } catch {
      // `check` reports it when the last reply is too old.
    }
    this.check();
  }

  #onMessage(channel: string, message: unknown): void {
    const { keys, onWake, onTag, onAnything } = this.#options;
    if (channel === keys.wakeChannel) {
      onWake(String(message));
      return;
    }
    if (channel !== keys.invalidationChannel && channel !== invalidateChannel) return;
    const names = channel === invalidateChannel ? message : readNames(message);
    if (Array.isArray(names)) for (const key of names) onTag(String(key));
    else onAnything();
  }

  #disconnected(reason: string): void {
    this.#server = null;
    this.#listens = false;
    this.#options.onAnything();
    if (this.#reportedConnected) this.#report(reason);
  }

  #report(reason: string): void {
    this.#reportedConnected = !this.#reportedConnected;
    this.#options.onEvent(
      this.#reportedConnected ? { type: 'tracking-connected' } : { type: 'tracking-disconnected', reason },
    );
  }
}

/** The published keys; null, which means everything, for an unreadable message. */
function readNames(message: unknown): unknown {
  try {
    return JSON.parse(String(message));
  } catch {
    return null;
  }
}
