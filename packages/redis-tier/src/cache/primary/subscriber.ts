/**
 * The connection on which a process hears: wake-ups of other processes' loads, and changes of tags.
 *
 * It speaks RESP2, where invalidations arrive as messages of the channel `__redis__:invalidate`; in RESP3 they are pushes,
 * which the client drops. Tracking belongs to a connection: it is asked for again on every new one, and what was kept from
 * before counts no more. The server tells which changes it means by the names' beginning, so it keeps no list of who read
 * what. Where it refuses tracking, the invalidating process publishes the names instead.
 *
 * The local tier may answer as fresh only while this connection surely hears: a PING that was sent on it at most three
 * seconds ago was answered, so all that the server knew by then has arrived; and it leads to the same server, of the same
 * lineage, as the connection for commands.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../../core/index.ts';
import type { OnCacheEvent } from '../events.ts';
import type { KeySpace } from '../keys.ts';
import { ageMs, type Moment, momentOf } from './moment.ts';
import { askRole } from './replication-id.ts';

export type InvalidationTrackingOptions = {
  /** The connection for commands; its settings are taken over. */
  redis: Redis;
  keys: KeySpace;
  clock: Clock;
  /** A name that nothing has, in a slot of the node. */
  probeKey: () => string;
  /** Whether changes of tags are of interest. */
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
  /** The server that is heard since tracking began on the present connection. */
  #server: string | null = null;
  /** Whether the present connection is in use. */
  #listens = false;
  #confirmedAt: Moment;
  #reportedConnected = false;

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
    this.#timer = setInterval(() => void this.#ping(), pingEveryMs).unref();
  }

  /** Whether every change of a tag up to three seconds ago has surely been heard. */
  isTrackingAt(now: Moment): boolean {
    return (
      this.#options.tracksTags &&
      this.#server !== null &&
      ageMs(this.#confirmedAt, now) <= trustMs &&
      this.#server === this.#options.server(now)
    );
  }

  /** Compares the servers of both connections, and tells of changes. To be called when one of them may have changed. */
  check(): void {
    const now = momentOf(this.#options.clock);
    const lookupItems = this.#options.server(now);
    // A connection that listens cannot be asked where it leads: a new one is.
    if (this.#options.tracksTags && lookupItems !== null && lookupItems !== this.#server && this.#listens) {
      this.#disconnected('it leads to another server than the commands');
      this.#redis.disconnect(true);
    }
    if (this.#reportedConnected !== this.isTrackingAt(now))
      this.#report(lookupItems === null ? 'Redis is not used' : 'no answer for too long');
  }

  close(): void {
    clearInterval(this.#timer);
    this.#redis.disconnect();
  }

  async #listen(): Promise<void> {
    const { keys, tracksTags, clock, probeKey, onAnything } = this.#options;
    const redis = this.#redis;
    try {
      const askedAt = momentOf(clock);
      const role = await askRole(redis, probeKey());
      const tracking = tracksTags && (await this.#track());
      const channels = [keys.wakeChannel];
      if (tracksTags) channels.push(tracking ? invalidateChannel : keys.invalidationChannel);
      await redis.subscribe(...channels);
      onAnything();
      this.#listens = true;
      if ('server' in role) this.#server = role.server;
      this.#confirmedAt = askedAt;
      this.check();
    } catch {
      // A connection on which this fails is of no use.
      if (redis.status === 'ready') redis.disconnect(true);
    }
  }

  /** False where the server refuses. */
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
      // Told by `check`, when the last answer is too old.
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

/** What was published; what cannot be read may mean anything. */
function readNames(message: unknown): unknown {
  try {
    return JSON.parse(String(message));
  } catch {
    return null;
  }
}
