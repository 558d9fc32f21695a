import { type Clock, systemClock } from '@bookedbarber/redis-tier/core';
import type { FastifyBaseLogger } from 'fastify';
import { createAnalytics } from './analytics/analytics.ts';
import { createBookingLinks } from './booking/booking-link.ts';
import { createBookings } from './booking/bookings.ts';
import { createCatalog } from './catalog/catalog.ts';
import { createClients } from './clients/clients.ts';
import type { Config } from './config/config.ts';
import { connectDatabase } from './database/connect.ts';
import { createHistory } from './history/history.ts';
import { createAnnouncements } from './notifications/announcements.ts';
import { createRedisHealth } from './operations/redis-health.ts';
import { createOutbox } from './outbox/messages.ts';
import { createOperatorCheck } from './plugins/operator.ts';
import { createStaff } from './staff/staff.ts';

/** Everything that routes and jobs work with, put together in one place. */
export type Context = ReturnType<typeof createContext>;

export type ContextOptions = { role: 'api' | 'worker'; logger: FastifyBaseLogger; clock?: Clock };

export function createContext(config: Config, { role, logger, clock = systemClock }: ContextOptions) {
  const db = connectDatabase(
    {
      url: config.databaseUrl,
      poolSize: config.databasePoolSize,
      acquireTimeoutMs: 10_000,
      statementTimeoutMs: 15_000,
      applicationName: `bookedbarber ${role}`,
    },
    (error) => logger.warn({ err: error }, 'the database closed an idle connection'),
  );
  const redisHealth = createRedisHealth(config.redis.main, role, logger);
  const catalog = createCatalog();
  const staff = createStaff();
  const clients = createClients();
  return {
    config,
    clock,
    db,
    redisHealth,
    catalog,
    staff,
    clients,
    bookings: createBookings({ catalog, staff, clients, announcements: createAnnouncements(createOutbox()) }),
    operator: createOperatorCheck(config.operatorToken),
    links: createBookingLinks(config.bookingLinkSecret, config.publicUrl),
    analytics: createAnalytics({ staff }),
    history: createHistory({ catalog, staff }),

    /** Gives back every connection. */
    async close(): Promise<void> {
      redisHealth.close();
      await db.destroy();
    },
  };
}
