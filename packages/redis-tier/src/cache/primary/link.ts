/**
 * The cache's way to one primary: commands under a deadline, and whether the node may be used at all.
 *
 * A node is used while it is known to be a primary and of which lineage; that is asked before a connection's first use and
 * every second. Before it is used, on a new connection or after its lineage has changed, `beforeUse` runs: what could not
 * be invalidated is invalidated then, ahead of every read.
 */
import type { Redis } from 'ioredis';
import { createGuard, type Guard } from '../../connection/index.ts';
import { type Clock, RedisUnavailable } from '../../core/index.ts';
import type { OnCacheEvent } from '../events.ts';
import { ageMs, type Moment, momentOf } from './moment.ts';
import { askRole, type UsableNode } from './replication-id.ts';

/** Runs a command at once; rejects with RedisUnavailable or with the server's error. */
export type Send = <T>(command: (redis: Redis) => Promise<T>) => Promise<T>;

export type LinkOptions = {
  redis: Redis;
  clock: Clock;
  /** What entries age by; null: the server's time. */
  ages: Clock | null;
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

const lookEveryMs = 1000;
/** A role and lineage that were asked for longer ago than this are not believed: this process was held up. */
const trustMs = 3000;

export class Link {
  readonly #options: LinkOptions;
  readonly #guard: Guard;
  readonly #timer: NodeJS.Timeout;
  #lineage: Buffer | null = null;
  #server = '';
  #lastLineage: Buffer | null = null;
  #lookedAt: Moment;
  /** Redis time minus this process's steady time. */
  #offsetMs: number;
  /** Goes up with every loss of the connection, so that an answer of the one before is not believed. */
  #connection = 0;
  #looking = false;
  /** Before the next use, what was invalidated of late is invalidated again. */
  #mustApply = false;
  #lastReason = '';

  constructor(options: LinkOptions) {
    this.#options = options;
    const { redis, deadlineMs, clock } = options;
    this.#lookedAt = momentOf(clock);
    this.#offsetMs = clock.nowMs() - performance.now();
    this.#guard = createGuard(redis, {
      deadlineMs,
      onChange: (state, reason) => {
        if (state === 'closed') void this.look();
        else {
          this.#connection += 1;
          this.#down(reason);
        }
      },
    });
    this.#timer = setInterval(() => void this.look(), lookEveryMs).unref();
    void this.look();
  }

  /** The primary's lineage, or null while the node is not to be used. */
  get lineage(): Buffer | null {
    return this.#lineageAt(momentOf(this.#options.clock));
  }

  /** The server's process and its lineage, or null while the node is not to be used. */
  serverAt(now: Moment): string | null {
    return this.#lineageAt(now) === null ? null : this.#server;
  }

  #lineageAt(now: Moment): Buffer | null {
    if (this.#lineage !== null && ageMs(this.#lookedAt, now) > trustMs) {
      void this.look();
      return null;
    }
    return this.#lineage;
  }

  /** This moment by the clock that entries age by: the server's, as far as it is known. */
  get redisNowMs(): number {
    return this.#options.ages?.nowMs() ?? performance.now() + this.#offsetMs;
  }

  /** The same of a moment that was read already. */
  redisMsAt(now: Moment): number {
    return this.#options.ages?.nowMs() ?? now.steadyMs + this.#offsetMs;
  }

  /** A moment of the server's clock by the clock of this process. */
  toLocalMs(redisMs: number): number {
    return redisMs - this.redisNowMs + this.#options.clock.nowMs();
  }

  /**
   * Learns how far the server's clock is from this one's. Reckoned from the asking: the answer may have lain about, and a
   * value must not count as fresh for longer because of that. Returns the moment by the clock that entries age by.
   */
  hearTime(redisMs: number, askedAtSteadyMs: number): number {
    this.#offsetMs = redisMs - askedAtSteadyMs;
    return this.#options.ages?.nowMs() ?? redisMs;
  }

  readonly send: Send = (command) => this.#guard.send(() => command(this.#options.redis));

  /** Sends past the deadline and the breaker, where a late reply tells that the connection works. */
  readonly sendLate: Send = (command) => command(this.#options.redis);

  /** Asks the node what it is, and begins or ends its use. */
  async look(): Promise<void> {
    if (this.#looking || this.#guard.state === 'open') return;
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
      this.hearTime(Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000), askedAt.steadyMs);
      if (this.#lineage === null || this.#server !== role.server) await this.#beginUse(role, connection);
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
    this.#guard.close();
  }

  /** Its content may lack what another node was told: it is used again when that has been applied. */
  useAnew(): void {
    this.#mustApply = true;
    if (this.#lineage !== null) this.#down('scopes have come to it from another node');
    void this.look();
  }

  async #beginUse({ lineage, server }: UsableNode, connection: number): Promise<void> {
    const before = this.#lastLineage;
    const changed = before?.equals(lineage) === false;
    if (changed && this.#lineage !== null) this.#down('the lineage changed');
    if (before === null || changed) this.#mustApply = true;
    const again = this.#mustApply;
    this.#mustApply = false;
    try {
      await this.#options.beforeUse(again);
      if (connection !== this.#connection) throw new RedisUnavailable('the connection was lost');
      if (this.#mustApply) throw new RedisUnavailable('scopes have come to it from another node');
    } catch (error) {
      this.#mustApply ||= again;
      throw error;
    }
    this.#lineage = lineage;
    this.#server = server;
    this.#lastLineage = lineage;
    this.#lastReason = '';
    const { onEvent, onChange } = this.#options;
    if (changed)
      onEvent({ type: 'lineage-changed', from: before.toString('hex'), to: lineage.toString('hex') });
    onEvent({ type: 'up', lineage: lineage.toString('hex') });
    onChange();
  }

  #down(reason: string): void {
    const wasUp = this.#lineage !== null;
    this.#lineage = null;
    if (!wasUp && reason === this.#lastReason) return;
    this.#lastReason = reason;
    this.#options.onEvent({ type: 'down', reason });
    if (wasUp) this.#options.onChange();
  }
}
