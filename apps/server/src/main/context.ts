import { type Clock, systemClock } from '@bookedbarber/redis-tier/core';
import type { FastifyBaseLogger } from 'fastify';
import { createAnalytics } from '../analytics/analytics.ts';
import { createBookingLinks } from '../booking/booking-link.ts';
import { createBookings } from '../booking/bookings.ts';
import { createCatalog } from '../catalog/catalog.ts';
import { createClients } from '../clients/clients.ts';
import type { Config } from '../config/config.ts';
import { connectDatabase, poolUse } from '../database/connect.ts';
import { createOperatorCheck } from '../http/operator.ts';
import { createImports } from '../imports/imports.ts';
import { createBookingNotifier } from '../notifications/booking-messages.ts';
import { dailyScheduleKind, messageKinds } from '../notifications/message-kinds.ts';
import { processCounts } from '../operations/metrics/process-counts.ts';
import { createRedisHealth } from '../operations/redis-health.ts';
import { startInvalidationReceiver } from '../outbox/invalidations/invalidation-receiver.ts';
import { createOutbox } from '../outbox/messages/messages.ts';
import { createOutageLog } from '../outbox/outage-log.ts';
import { createAnalyticsReader } from '../read-models/analytics-reader.ts';
import { createClientReader } from '../read-models/client-reader.ts';
import { createDayReader } from '../read-models/day-reader.ts';
import { createInvalidate } from '../read-models/invalidate.ts';
import { createPrerenderedResponses } from '../read-models/prerendered-responses.ts';
import { createServerCache } from '../read-models/server-cache.ts';
import { createShopReader } from '../read-models/shop-reader.ts';
import { createStaff } from '../staff/staff.ts';
import { createGuestSessions } from '../throttling/guest-session.ts';
import { monitorLoad } from '../throttling/load.ts';
import { createRequestLimiter } from '../throttling/request-limiter.ts';
import { createShedding } from '../throttling/shedding.ts';
import { parentClock } from '../time/parent-clock.ts';
import { shippedTiming, type Timing } from './timing.ts';

/** The dependencies of routes and jobs, created in one place. */
export type Context = ReturnType<typeof createContext>;

/** Time for pending cache writes when the process stops, in ms. */
const closeCacheWithinMs = 1000;

export type ContextOptions = {
  role: 'api' | 'worker';
  logger: FastifyBaseLogger;
  clock?: Clock;
  /** False disables the local cache tier, so that a benchmark can measure hits in Redis. Default true. */
  localCache?: boolean;
  /** Longest wait of the cache for a reply from Redis, in ms. Default: the cache's own. */
  cacheDeadlineMs?: number;
  /** Overrides of the shipped timing. */
  timing?: Partial<Timing>;
};

export function createContext(config: Config, options: ContextOptions) {
  const { role, logger, clock = clockOf(config), localCache = true, cacheDeadlineMs } = options;
  const timing: Timing = { ...shippedTiming, ...options.timing };
  const load = monitorLoad({ databaseWaitMs: () => poolUse(db).maxWaitMs });
  const shedding = role === 'api' && config.loadShedding ? createShedding(load) : null;
  const db = connectDatabase(
    {
      url: config.databaseUrl,
      authorities: config.databaseAuthorities,
      poolSize: config.databasePoolSize,
      acquireTimeoutMs: timing.databaseAcquireMs,
      statementTimeoutMs: timing.databaseStatementMs,
      applicationName: `bookedbarber ${role}`,
      ...(shedding === null ? {} : { admit: shedding.admit }),
    },
    (error) => logger.warn({ err: error }, 'the database closed an idle connection'),
  );
  const { main: server, keyPrefix: prefix } = config.redis;
  // Cache freshness checks and health samples use real time, also when the application clock is simulated.
  const realClock = config.clock.time === 'parent' ? systemClock : clock;
  const cache = createServerCache({
    server,
    config: config.cache,
    prefix,
    role,
    clock: realClock,
    ...(config.clock.cacheAges === 'parent' ? { entryClock: clock } : {}),
    local: localCache,
    ...(cacheDeadlineMs === undefined ? {} : { deadlineMs: cacheDeadlineMs }),
    logger,
  });
  const limiter =
    role === 'api' && config.rateLimits.enabled
      ? createRequestLimiter({
          server,
          limits: config.rateLimits,
          prefix,
          deadlineMs: timing.limitsDeadlineMs,
          logger,
        })
      : null;
  const counts = () => processCounts(cache.statistics(), limiter?.statistics() ?? null);
  const redisHealth = createRedisHealth({
    server,
    prefix,
    role,
    cache,
    counts,
    clock: realClock,
    timing,
    logger,
  });
  const receiving = createOutageLog(logger, 'reading invalidations from the database');
  const receiver = startInvalidationReceiver({
    db,
    server: { url: config.databaseUrl, authorities: config.databaseAuthorities },
    receives: () => server === null || !config.cache.enabled || cache.available,
    apply: cache.invalidateLocal,
    onError: receiving.failed,
    onSuccess: receiving.succeeded,
  });
  const invalidate = createInvalidate({ db, cache, clock });
  const catalog = createCatalog();
  const staff = createStaff();
  const clients = createClients();
  const notifier = createBookingNotifier(createOutbox());
  return {
    config,
    clock,
    timing,
    db,
    cache,
    invalidate,
    limiter,
    load,
    shedding,
    redisHealth,
    catalog,
    staff,
    clients,
    shopReader: createShopReader({ cache, db, clock, catalog, staff }),
    dayReader: createDayReader({ cache, db, staff }),
    prerendered: createPrerenderedResponses(cache),
    bookings: createBookings({ catalog, staff, clients, notifier, invalidate }),
    operator: createOperatorCheck(config.operatorToken),
    guests: createGuestSessions({
      secret: config.bookingLinkSecret,
      secure: config.publicUrl.startsWith('https:'),
    }),
    links: createBookingLinks(config.bookingLinkSecret, config.publicUrl),
    clientReader: createClientReader({ cache, db }),
    analyticsReader: createAnalyticsReader({ cache, db, analytics: createAnalytics({ staff }) }),
    imports: createImports({ catalog, staff }),
    messageKinds: [...messageKinds, dailyScheduleKind],

    /** Closes every connection. */
    async close(): Promise<void> {
      load.close();
      redisHealth.close();
      await receiver.stop();
      await cache.close(closeCacheWithinMs);
      limiter?.close();
      await db.destroy();
    },
  };
}

function clockOf(config: Config): Clock {
  return config.clock.time === 'parent' ? parentClock() : systemClock;
}
