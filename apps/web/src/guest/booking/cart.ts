import type { PublicBarber, Service, Shop } from '@bookedbarber/contract';
import type { Segment } from '../../shared/api/queries.ts';
import { maxServices } from './choice.ts';

export interface Cart {
  lines: { service: Service; barber: PublicBarber | null }[];
  /** Sum of the services' lengths in minutes; buffers between them are the shop's matter. */
  minutes: number;
  /** Sum in the currency's smallest unit. */
  cents: number;
}

/** The chosen services with their barbers (null: any) and their sums. */
export function cartOf(shop: Shop, segments: readonly Segment[]): Cart {
  const cart: Cart = { lines: [], minutes: 0, cents: 0 };
  for (const { serviceId, barberId } of segments) {
    const service = shop.services.find(({ id }) => id === serviceId);
    if (!service) continue;
    cart.lines.push({ service, barber: shop.barbers.find(({ id }) => id === barberId) ?? null });
    cart.minutes += service.duration_minutes;
    cart.cents += service.price_cents;
  }
  return cart;
}

/** Adds a service at the end, or takes it out. A sixth one is not added. */
export function toggleService(segments: readonly Segment[], serviceId: string): Segment[] {
  if (segments.some((segment) => segment.serviceId === serviceId)) {
    return segments.filter((segment) => segment.serviceId !== serviceId);
  }
  return segments.length >= maxServices ? [...segments] : [...segments, { serviceId, barberId: null }];
}

/** Chooses who does one of the services; null lets any barber do it. */
export function chooseBarber(
  segments: readonly Segment[],
  serviceId: string,
  barberId: string | null,
): Segment[] {
  return segments.map((segment) => (segment.serviceId === serviceId ? { serviceId, barberId } : segment));
}

/** Services by category, both in the order in which the shop lists them. */
export function byCategory(services: readonly Service[]): { category: string; services: Service[] }[] {
  const groups = new Map<string, Service[]>();
  for (const service of services) {
    const group = groups.get(service.category);
    if (group) group.push(service);
    else groups.set(service.category, [service]);
  }
  return Array.from(groups, ([category, members]) => ({ category, services: members }));
}
