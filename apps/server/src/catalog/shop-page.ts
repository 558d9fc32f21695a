import type { Shop } from '@bookedbarber/contract';
import type { BarberRecord } from '../staff/staff.ts';
import { localDate } from '../time/wall-time.ts';
import type { ServiceRecord, ShopRecord } from './catalog.ts';
import { toPolicy, toService } from './representation.ts';

/** The public representation of a shop. Barbers list only services that are in `services`. */
export function makeShopPage(
  shop: ShopRecord,
  { services, barbers }: { services: readonly ServiceRecord[]; barbers: readonly BarberRecord[] },
  nowMs: number,
): Shop {
  const offered = new Set(services.map((service) => service.id));
  return {
    slug: shop.slug,
    name: shop.name,
    zone: shop.zone,
    currency: shop.currency,
    country: shop.country,
    address: shop.address,
    phone: shop.phone,
    email: shop.email,
    today: localDate(shop.zone, nowMs),
    policy: toPolicy(shop),
    services: services.map(toService),
    barbers: barbers.map(({ id, name, serviceIds }) => ({
      id,
      name,
      service_ids: serviceIds.filter((serviceId) => offered.has(serviceId)),
    })),
  };
}
