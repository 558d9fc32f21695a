/**
 * The cache's way to one primary: commands under a deadline, and whether the node may be used at all.
 *
 * A node is used while it is known to be a primary and of which lineage; that is asked before a connection's first use and
 * every second. Before it is used, on a new connection or after its lineage has changed, `beforeUse` runs: what could not
 * be invalidated is invalidated then, ahead of every read.
 */
import type { Redis } from 'ioredis';
import { type CircuitBreaker, createCircuitBreaker } from '../../connection/index.ts';
import { type Clock, RedisUnavailableError } from '../../core/index.ts';
import type { OnCacheEvent } from '../events.ts';
import { ageMs, type Moment, momentOf } from './moment.ts';
import { askRole, type UsableNode } from './replication-id.ts';

/** Runs a command at once; rejects with RedisUnavailableError or with the server's error. */
export type Send = <T>(command: (redis: Redis) => Promise<T>) => Promise<T>;

export type PrimaryConnectionOptions = {
  redis: Redis;
  clock: Clock;
  /** What entries age by; null: the server's time. */
  entryClock: Clock | null;
  deadlineMs: number;
  /** A name that nothing has, in a slot of the node: removing it tells whether the node takes invalidations. */
  probeKey: () => string;
  onEvent: OnCacheEvent;
  /**
   * Applies what has to be applied before the node is used; rejecting keeps it unused until the next look. `again`: its
   * content may lack what another one was told.
   */
  beforeUse: (again: boolean) => Promise<void>;
  /** Hears that the node is used (again), or no longer. */
  onChange: () => void;
};

const pollIntervalMs = 1000;
/** A role and lineage that were asked for longer ago than this are not believed: this process was held up. */
const trustMs = 3000;

export class PrimaryConnection {
  readonly #options: PrimaryConnectionOptions;
  readonly #breaker: CircuitBreaker;
  readonly #timer: NodeJS.Timeout;
  #replicationId: Buffer | null = null;
  #server = '';
  #lastReplicationId: Buffer | null = null;
  #lookedAt: Moment;
  /** Redis time minus this process's steady time. */
  #offsetMs: number;
  /** Goes up with every loss of the connection, so that an answer of the one before is not believed. */
  #connection = 0;
  #looking = false;
  /** Before the next use, what was invalidated of late is invalidated again. */
  #mustApply = false;
  #lastReason = '';

  constructor(options: PrimaryConnectionOptions) {
    this.#options = options;
    const { redis, deadlineMs, clock } = options;
    this.#lookedAt = momentOf(clock);
    this.#offsetMs = clock.nowMs() - performance.now();
    this.#breaker = createCircuitBreaker(redis, {
      deadlineMs,
      onChange: (state, reason) => {
        if (state === 'closed') void this.look();
        else {
          this.#connection += 1;
          this.#down(reason);
        }
      },
    });
    this.#timer = setInterval(() => void this.look(), pollIntervalMs).unref();
    void this.look();
  }

  /** The primary's lineage, or null while the node is not to be used. */
  get replicationId(): Buffer | null {
    return this.#replicationIdAt(momentOf(this.#options.clock));
  }

  /** The server's process and its lineage, or null while the node is not to be used. */
  serverAt(now: Moment): string | null {
    return this.#replicationIdAt(now) === null ? null : this.#server;
  }

  #replicationIdAt(now: Moment): Buffer | null {
    if (this.#replicationId !== null && ageMs(this.#lookedAt, now) > trustMs) {
      void this.look();
      return null;
    }
    return this.#replicationId;
  }

  /** This moment by the clock that entries age by: the server's, as far as it is known. */
  get redisNowMs(): number {
    return this.#options.entryClock?.nowMs() ?? performance.now() + this.#offsetMs;
  }

  /** The same of a moment that was read already. */
  redisMsAt(now: Moment): number {
    return this.#options.entryClock?.nowMs() ?? now.steadyMs + this.#offsetMs;
  }

  /** A moment of the server's clock by the clock of this process. */
  toLocalMs(redisMs: number): number {
    return redisMs - this.redisNowMs + this.#options.clock.nowMs();
  }

  /**
   * Learns how far the server's clock is from this one's. Reckoned from the asking: the answer may have lain about, and a
   * value must not count as fresh for longer because of that. Returns the moment by the clock that entries age by.
   */
  observeRedisTime(redisMs: number, askedAtSteadyMs: number): number {
    this.#offsetMs = redisMs - askedAtSteadyMs;
    return this.#options.entryClock?.nowMs() ?? redisMs;
  }

  readonly send: Send = (command) => this.#breaker.send(() => command(this.#options.redis));

  /** Sends past the deadline and the breaker, where a late reply tells that the connection works. */
  readonly sendWithoutDeadline: Send = (command) => command(this.#options.redis);

  /** Asks the node what it is, and begins or ends its use. */
  async look(): Promise<void> {
    if (this.#looking || this.#breaker.state === 'open') return;
    this.#looking = true;
    const connection = this.#connection;
    try {
      const askedAt = momentOf(this.#options.clock);
      const [role, [seconds, microseconds]] = await this.send((redis) =>
        Promise.all([askRole(redis, this.#options.probeKey()), redis.time()]),
      );
      if (connection !== this.#connection) return;
      if ('unusable' in role) {
        this.#down(role.unusable);
        return;
      }
      this.#lookedAt = askedAt;
      this.observeRedisTime(
        Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000),
        askedAt.steadyMs,
      );
      if (this.#replicationId === null || this.#server !== role.server)
        await this.#beginUse(role, connection);
    } catch (error) {
      this.#down(error instanceof Error ? error.message : 'the node did not say what it is');
    } finally {
      this.#looking = false;
      // The connection was lost and is back while an answer of the one before was awaited.
      if (connection !== this.#connection) void this.look();
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#breaker.close();
  }

  /** Its content may lack what another node was told: it is used again when that has been applied. */
  reapplyInvalidations(): void {
    this.#mustApply = true;
    if (this.#replicationId !== null) this.#down('scopes have come to it from another node');
    void this.look();
  }

  async #beginUse({ replicationId, server }: UsableNode, connection: number): Promise<void> {
    const before = this.#lastReplicationId;
    const changed = before?.equals(replicationId) === false;
    if (changed && this.#replicationId !== null) this.#down('the lineage changed');
    if (before === null || changed) this.#mustApply = true;
    const again = this.#mustApply;
    this.#mustApply = false;
    try {
      await this.#options.beforeUse(again);
      if (connection !== this.#connection) throw new RedisUnavailableError('the connection was lost');
      if (this.#mustApply) throw new RedisUnavailableError('scopes have come to it from another node');
    } catch (error) {
      this.#mustApply ||= again;
      throw error;
    }
    this.#replicationId = replicationId;
    this.#server = server;
    this.#lastReplicationId = replicationId;
    this.#lastReason = '';
    const { onEvent, onChange } = this.#options;
    if (changed)
      onEvent({
        type: 'replication-id-changed',
        from: before.toString('hex'),
        to: replicationId.toString('hex'),
      });
    onEvent({ type: 'up', replicationId: replicationId.toString('hex') });
    onChange();
  }

  #down(reason: string): void {
    const wasUp = this.#replicationId !== null;
    this.#replicationId = null;
    if (!wasUp && reason === this.#lastReason) return;
    this.#lastReason = reason;
    this.#options.onEvent({ type: 'down', reason });
    if (wasUp) this.#options.onChange();
  }
}
