import type { Analytics } from '@bookedbarber/contract';
import type { CacheResult } from '@bookedbarber/redis-tier/cache';
import type { AnalyticsReports } from '../analytics/analytics.ts';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { addDays, daysBetween } from '../time/dates.ts';
import { shopNamespace, tags } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/** Longer reports depend on all bookings, to limit the number of tags per entry. */
const maxMonthTags = 8;

/** Reads reports through the cache. A booking invalidates only the reports that include its month. */
export function createAnalyticsReader(dependencies: {
  cache: ServerCache;
  db: Db;
  analytics: AnalyticsReports;
}) {
  const { cache, db, analytics } = dependencies;
  return {
    /** See AnalyticsReports.report. */
    report(shop: ShopRecord, from: string, to: string): Promise<CacheResult<Analytics>> {
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
  for (let date = from; daysBetween(date, to) > 0 && months.size <= maxMonthTags; date = addDays(date, 28)) {
    months.add(tags.month(date));
  }
  return months.size > maxMonthTags ? [tags.book] : [...months];
}
