import type { Analytics } from '@bookedbarber/contract';
import type { Answer } from '@bookedbarber/redis-tier/cache';
import type { AnalyticsReports } from '../analytics/analytics.ts';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { addDays, daysBetween } from '../time/dates.ts';
import { shopNamespace, tags } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/** Above so many months a report depends on the book as a whole: an answer names few tags. */
const maxMonths = 8;

/** Reports through the cache. One over past months stays while today's bookings come and go. */
export function createAnalyticsReader(dependencies: {
  cache: ServerCache;
  db: Db;
  analytics: AnalyticsReports;
}) {
  const { cache, db, analytics } = dependencies;
  return {
    /** As analytics.report. */
    report(shop: ShopRecord, from: string, to: string): Promise<Answer<Analytics>> {
      return cache.policy('analytics').get<Analytics>({
        namespace: shopNamespace(shop.slug),
        key: `analytics:${from}:${to}`,
        tags: [tags.shop, tags.menu, tags.hours, ...bookTags(from, to)],
        load: () => analytics.report(db, shop, from, to),
      });
    },
  };
}

function bookTags(from: string, to: string): string[] {
  const months = new Set<string>([tags.month(from), tags.month(to)]);
  for (let date = from; daysBetween(date, to) > 0 && months.size <= maxMonths; date = addDays(date, 28)) {
    months.add(tags.month(date));
  }
  return months.size > maxMonths ? [tags.book] : [...months];
}
