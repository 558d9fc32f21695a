import type { Shop, ShopList } from '@bookedbarber/contract';
import type { CacheResult } from '@bookedbarber/redis-tier/cache';
import type { Clock } from '@bookedbarber/redis-tier/core';
import type { Catalog, ServiceRecord, ShopRecord } from '../catalog/catalog.ts';
import { toShopSummary } from '../catalog/representation.ts';
import { makeShopPage } from '../catalog/shop-page.ts';
import type { Db } from '../database/connect.ts';
import type { BarberRecord, Staff } from '../staff/staff.ts';
import { localDate } from '../time/wall-time.ts';
import { installationNamespace, shopNamespace, tags } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/** The active services and barbers of a shop. */
export type Menu = { services: ServiceRecord[]; barbers: BarberRecord[] };

type Dependencies = { cache: ServerCache; db: Db; clock: Clock; catalog: Catalog; staff: Staff };

/**
 * Reads the public data of a shop through the cache, for pages and availability. Bookings never use it: they read from
 * the database in their own transaction.
 */
export function createShopReader({ cache, db, clock, catalog, staff }: Dependencies) {
  const knownSlugs = new Set<string>();

  async function readShop(slug: string): Promise<CacheResult<ShopRecord>> {
    if (!knownSlugs.has(slug)) {
      await catalog.shop(db, slug);
      knownSlugs.add(slug);
    }
    return cache.policy('business').get<ShopRecord>({
      namespace: shopNamespace(slug),
      key: 'shop',
      tags: [tags.shop],
      load: () => catalog.shop(db, slug),
    });
  }

  function readMenu({ id, slug }: Pick<ShopRecord, 'id' | 'slug'>): Promise<CacheResult<Menu>> {
    return cache.policy('static').get<Menu>({
      namespace: shopNamespace(slug),
      key: 'menu',
      tags: [tags.menu],
      load: async () => ({
        services: await catalog.services(db, id),
        barbers: await staff.barbers(db, id),
      }),
    });
  }

  function readPage({ slug, zone }: Pick<ShopRecord, 'slug' | 'zone'>): Promise<CacheResult<Shop>> {
    return cache.policy('static').get<Shop>({
      namespace: shopNamespace(slug),
      key: `page:${localDate(zone, clock.nowMs())}`,
      tags: [tags.shop, tags.menu],
      load: async () => {
        const shop = await catalog.shop(db, slug);
        const [services, barbers] = [await catalog.services(db, shop.id), await staff.barbers(db, shop.id)];
        return makeShopPage(shop, { services, barbers }, clock.nowMs());
      },
    });
  }

  return {
    /**
     * Throws shop_not_found. Checks that the slug exists before using the cache, so that unknown slugs create no keys.
     */
    shop: readShop,
    menu: readMenu,

    /** The public page data of a shop. It contains the date, so each day has its own entry. Throws shop_not_found. */
    async page(slug: string): Promise<CacheResult<Shop>> {
      return readPage((await readShop(slug)).value);
    },

    /** Caches the shop, its menu and its page of today. Throws shop_not_found. */
    async warm(slug: string): Promise<{ shop: ShopRecord; loaded: number; alreadyCached: number }> {
      const shopResult = await readShop(slug);
      const shop = shopResult.value;
      const results = [shopResult, await readMenu(shop), await readPage(shop)];
      const loaded = results.filter((result) => result.source === 'miss').length;
      return { shop, loaded, alreadyCached: results.length - loaded };
    },

    list(): Promise<CacheResult<ShopList>> {
      return cache.policy('default').get<ShopList>({
        namespace: installationNamespace,
        key: 'shops',
        tags: [tags.shops],
        load: async () => ({ shops: (await catalog.shops(db)).map(toShopSummary) }),
      });
    },
  };
}
