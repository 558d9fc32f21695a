import type { Shop, ShopList } from '@bookedbarber/contract';
import type { Answer } from '@bookedbarber/redis-tier/cache';
import type { Clock } from '@bookedbarber/redis-tier/core';
import type { Catalog, ServiceRecord, ShopRecord } from '../catalog/catalog.ts';
import { toShopSummary } from '../catalog/representation.ts';
import { makeShopPage } from '../catalog/shop-page.ts';
import type { Db } from '../database/connect.ts';
import type { BarberRecord, Staff } from '../staff/staff.ts';
import { localDate } from '../time/wall-time.ts';
import { installationNamespace, shopNamespace, tags } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/** What can be booked: the active services, and who offers them. */
export type Menu = { services: ServiceRecord[]; barbers: BarberRecord[] };

type Dependencies = { cache: ServerCache; db: Db; clock: Clock; catalog: Catalog; staff: Staff };

/**
 * A shop as clients see it, through the cache: for pages and advice. A booking is decided on what the database says in its
 * own transaction, never on this.
 */
export function createShopReader({ cache, db, clock, catalog, staff }: Dependencies) {
  const known = new Set<string>();

  async function readShop(slug: string): Promise<Answer<ShopRecord>> {
    if (!known.has(slug)) {
      await catalog.shop(db, slug);
      known.add(slug);
    }
    return cache.policy('business').get<ShopRecord>({
      namespace: shopNamespace(slug),
      key: 'shop',
      tags: [tags.shop],
      load: () => catalog.shop(db, slug),
    });
  }

  function readMenu({ id, slug }: Pick<ShopRecord, 'id' | 'slug'>): Promise<Answer<Menu>> {
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

  function readPage({ slug, zone }: Pick<ShopRecord, 'slug' | 'zone'>): Promise<Answer<Shop>> {
    return cache.policy('static').get<Shop>({
      namespace: shopNamespace(slug),
      key: `page:${localDate(zone, clock.nowMs())}`,
      tags: [tags.shop, tags.menu],
      load: async () => {
        const fresh = await catalog.shop(db, slug);
        const [services, barbers] = [await catalog.services(db, fresh.id), await staff.barbers(db, fresh.id)];
        return makeShopPage(fresh, { services, barbers }, clock.nowMs());
      },
    });
  }

  return {
    /** Throws shop_not_found. A slug is cached only once a shop is known to have it: guesses make no keys. */
    shop: readShop,
    menu: readMenu,

    /** The page of a shop, as it is sent. It names the date, so each day has its own. Throws shop_not_found. */
    async page(slug: string): Promise<Answer<Shop>> {
      return readPage((await readShop(slug)).value);
    },

    /** Loads what is not cached of the shop itself, its menu and its page of today. Throws shop_not_found. */
    async warm(slug: string): Promise<{ shop: ShopRecord; loaded: number; alreadyCached: number }> {
      const found = await readShop(slug);
      const shop = found.value;
      const answers = [found, await readMenu(shop), await readPage(shop)];
      const loaded = answers.filter((answer) => answer.source === 'miss').length;
      return { shop, loaded, alreadyCached: answers.length - loaded };
    },

    list(): Promise<Answer<ShopList>> {
      return cache.policy('default').get<ShopList>({
        namespace: installationNamespace,
        key: 'shops',
        tags: [tags.shops],
        load: async () => ({ shops: (await catalog.shops(db)).map(toShopSummary) }),
      });
    },
  };
}
