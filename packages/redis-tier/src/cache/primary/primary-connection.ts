/**
 * The cache's connection to one primary: sends commands under a deadline and decides whether the node is usable.
 *
 * A node is usable while its role is primary and its replication id is known. Both are read before a connection is
 * first used, and every second. Before the node is used on a new connection or with a new replication id, `beforeUse`
 * runs: it applies pending invalidations before any read.
 */
import type { Redis } from 'ioredis';
import {
  type CircuitBreaker,
  createCircuitBreaker,
  type PrimaryWatch,
  watchPrimary,
} from '../../connection/internal.ts';
import { type Clock, RedisUnavailableError } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import type { OnCacheEvent } from '../events.ts';
import { ageMs, type Moment, momentOf } from './moment.ts';
import { readRole, type UsableNode } from './replication-id.ts';

/** Sends a command immediately; rejects with RedisUnavailableError or with the server's error. */
export type Send = <T>(command: (redis: Redis) => Promise<T>) => Promise<T>;

export type PrimaryConnectionOptions = {
  redis: Redis;
  clock: Clock;
  /** The clock that entries age by; null: the server's time. */
  entryClock: Clock | null;
  deadlineMs: number;
  /** How often the node is compared with the one behind the endpoint, in ms. */
  endpointCheckMs: number;
  /** A key that never exists, in a slot of the node: removing it tests whether the node takes invalidations. */
  probeKey: () => string;
  onEvent: OnCacheEvent;
  /**
   * Applies invalidations before the node is used. If it rejects, the node stays unused until the next check.
   * `again`: the node may lack invalidations that another node acknowledged.
   */
  beforeUse: (again: boolean) => Promise<void>;
  /** Called when the node becomes usable or unusable. */
  onChange: () => void;
};

const pollIntervalMs = 1000;
/** An older role and replication id are not trusted: this process was suspended or blocked. */
const trustMs = 3000;

export class PrimaryConnection {
  readonly #options: PrimaryConnectionOptions;
  readonly #breaker: CircuitBreaker;
  readonly #watch: PrimaryWatch;
  readonly #timer: NodeJS.Timeout;
  #replicationId: Buffer | null = null;
  #server = '';
  #lastReplicationId: Buffer | null = null;
  #checkedAt: Moment;
  /** Redis time minus this process's steady time. */
  #offsetMs: number;
  /** Incremented with every lost connection, so that a late reply of the previous connection is ignored. */
  #connection = 0;
  #checking = false;
  /** Recent invalidations must be applied again before the next use. */
  #mustApply = false;
  #lastReason = '';
  #closed = false;

  constructor(options: PrimaryConnectionOptions) {
    this.#options = options;
    const { redis, deadlineMs, clock } = options;
    this.#checkedAt = momentOf(clock);
    this.#offsetMs = clock.nowMs() - timers.now();
    this.#breaker = createCircuitBreaker(redis, {
      deadlineMs,
      onChange: (state, reason) => {
        if (state === 'closed') void this.checkRole();
        else {
          this.#connection += 1;
          this.#down(reason);
        }
      },
    });
    this.#watch = watchPrimary(redis, { everyMs: options.endpointCheckMs });
    this.#timer = timers.setInterval(() => void this.checkRole(), pollIntervalMs).unref();
    void this.checkRole();
  }

  /** The primary's replication id, or null while the node is unusable. */
  get replicationId(): Buffer | null {
    return this.#replicationIdAt(momentOf(this.#options.clock));
  }

  /** The server's process and replication id, or null while the node is unusable. */
  serverAt(now: Moment): string | null {
    return this.#replicationIdAt(now) === null ? null : this.#server;
  }

  #replicationIdAt(now: Moment): Buffer | null {
    if (this.#replicationId !== null && ageMs(this.#checkedAt, now) > trustMs) {
      void this.checkRole();
      return null;
    }
    return this.#replicationId;
  }

  /** The current time by the clock that entries age by: the server's, estimated by the last offset. */
  get redisNowMs(): number {
    return this.#options.entryClock?.nowMs() ?? timers.now() + this.#offsetMs;
  }

  /** As `redisNowMs`, for a moment that was already read. */
  redisMsAt(now: Moment): number {
    return this.#options.entryClock?.nowMs() ?? now.steadyMs + this.#offsetMs;
  }

  /** Converts a time of the server's clock to the clock of this process. */
  toLocalMs(redisMs: number): number {
    return redisMs - this.redisNowMs + this.#options.clock.nowMs();
  }

  /**
   * Updates the offset of the server's clock. It counts from the send time, because the reply may have been delayed,
   * and a value must not count as fresh for longer. Returns the time by the clock that entries age by.
   */
  observeRedisTime(redisMs: number, sentAtSteadyMs: number): number {
    this.#offsetMs = redisMs - sentAtSteadyMs;
    return this.#options.entryClock?.nowMs() ?? redisMs;
  }

  readonly send: Send = (command) => this.#breaker.send(() => command(this.#options.redis));

  /** Sends without the deadline and the breaker, for commands whose late reply still matters. */
  readonly sendWithoutDeadline: Send = (command) => command(this.#options.redis);

  /** Reads the node's role and replication id, and starts or stops using the node. */
  async checkRole(): Promise<void> {
    if (this.#checking || this.#breaker.state === 'open') return;
    this.#checking = true;
    const connection = this.#connection;
    try {
      const sentAt = momentOf(this.#options.clock);
      const [role, [seconds, microseconds]] = await this.send((redis) =>
        Promise.all([readRole(redis, this.#options.probeKey()), redis.time()]),
      );
      if (connection !== this.#connection) return;
      if ('unusable' in role) {
        this.#down(role.unusable);
        if (role.isReplica === true) this.#watch.demoted();
        return;
      }
      this.#watch.confirmed();
      this.#checkedAt = sentAt;
      this.observeRedisTime(
        Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000),
        sentAt.steadyMs,
      );
      if (this.#replicationId === null || this.#server !== role.server)
        await this.#beginUse(role, connection);
    } catch (error) {
      this.#down(error instanceof Error ? error.message : 'reading the role failed');
    } finally {
      this.#checking = false;
      // The connection was lost and reopened while a reply of the previous one was pending.
      if (connection !== this.#connection) void this.checkRole();
    }
  }

  close(): void {
    timers.clearInterval(this.#timer);
    this.#watch.stop();
    // On purpose, so nothing is reported.
    this.#closed = true;
    this.#replicationId = null;
    this.#breaker.close();
  }

  /** The node may lack invalidations that another node acknowledged: it is unused until they are applied again. */
  reapplyInvalidations(): void {
    this.#mustApply = true;
    if (this.#replicationId !== null) this.#down('namespaces moved to this node from another node');
    void this.checkRole();
  }

  async #beginUse({ replicationId, server }: UsableNode, connection: number): Promise<void> {
    const before = this.#lastReplicationId;
    const changed = before?.equals(replicationId) === false;
    if (changed && this.#replicationId !== null) this.#down('the replication id changed');
    if (before === null || changed) this.#mustApply = true;
    const again = this.#mustApply;
    this.#mustApply = false;
    try {
      await this.#options.beforeUse(again);
      if (connection !== this.#connection) throw new RedisUnavailableError('the connection was lost');
      if (this.#mustApply) throw new RedisUnavailableError('namespaces moved to this node from another node');
    } catch (error) {
      this.#mustApply ||= again;
      throw error;
    }
    if (this.#closed) return;
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
    if (this.#closed) return;
    const wasUp = this.#replicationId !== null;
    this.#replicationId = null;
    if (!wasUp && reason === this.#lastReason) return;
    this.#lastReason = reason;
    this.#options.onEvent({ type: 'down', reason });
    if (wasUp) this.#options.onChange();
  }
}
