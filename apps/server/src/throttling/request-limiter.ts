import { connectTo, type RedisServer } from '@bookedbarber/redis-tier/connection';
import { createLimiter, type Limiter } from '@bookedbarber/redis-tier/limits';
import type { FastifyBaseLogger } from 'fastify';
import { type LimitName, type LimitsByName, limitNames } from './limit-names.ts';

/** Callers wait 100 ms at the most. A reply that comes later still says what is not to be charged a second time. */
const commandTimeoutMs = 60_000;

export type RequestLimiterOptions = {
  /** null: this process alone decides, with the whole limits. */
  server: RedisServer | null;
  limits: LimitsByName;
  /** First part of the keys. */
  prefix?: string;
  /** Longest time without any reply from Redis while requests wait, in ms. */
  deadlineMs?: number;
  logger: FastifyBaseLogger;
};

export type RequestLimiter = Limiter<LimitName>;

/** The limiter of the requests, on a connection of its own. Its `close` gives the connection back. */
export function createRequestLimiter({
  server,
  limits,
  prefix = 'bb',
  deadlineMs = 100,
  logger,
}: RequestLimiterOptions): RequestLimiter {
  const redis =
    server === null
      ? null
      : connectTo({ server, name: 'bookedbarber-limits', commandTimeoutMs }, (error) =>
          logger.debug({ reason: error.message }, 'the limits cannot reach Redis'),
        );
  const limiter = createLimiter({
    redis,
    prefix,
    deadlineMs,
    limits: limitNames(limits),
    topKeys: true,
    onChange: (state, reason) =>
      state === 'open'
        ? logger.warn({ reason }, 'the limits are without Redis: this process decides alone')
        : logger.info('the limits have Redis again'),
    onError: (error) => logger.warn({ reason: error.message }, 'Redis refused a check of the limits'),
  });
  return {
    ...limiter,
    get state() {
      return limiter.state;
    },
    close(): void {
      limiter.close();
      redis?.disconnect();
    },
  };
}
