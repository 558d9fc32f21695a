import { connectTo, type RedisServer } from '@bookedbarber/redis-tier/connection';
import { createLimiter, type Limiter } from '@bookedbarber/redis-tier/limits';
import type { FastifyBaseLogger } from 'fastify';
import { type LimitName, type LimitsByName, limitNames } from './limit-names.ts';

/** Requests wait only for `deadlineMs`. A later reply still reports which units are already consumed in Redis. */
const commandTimeoutMs = 60_000;

export type RequestLimiterOptions = {
  /** null: limits apply to this process only. */
  server: RedisServer | null;
  limits: LimitsByName;
  /** Key prefix. */
  prefix?: string;
  /** Longest time without a reply from Redis while requests wait, in ms. Default 100. */
  deadlineMs?: number;
  logger: FastifyBaseLogger;
};

export type RequestLimiter = Limiter<LimitName>;

/** Creates the request limiter with its own Redis connection. `close` closes the connection too. */
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
          logger.debug({ reason: error.message }, 'the rate limiter cannot reach Redis'),
        );
  const limiter = createLimiter({
    redis,
    prefix,
    deadlineMs,
    limits: limitNames(limits),
    topKeys: true,
    onChange: (state, reason) =>
      state === 'open'
        ? logger.warn({ reason }, 'the rate limiter cannot use Redis and falls back to local limits')
        : logger.info('the rate limiter uses Redis again'),
    onError: (error) => logger.warn({ reason: error.message }, 'Redis rejected a rate limit check'),
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
