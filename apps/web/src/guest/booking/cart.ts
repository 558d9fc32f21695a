import type { PublicBarber, Service, Shop } from '@bookedbarber/contract';
import type { Segment } from '../../shared/api/queries.ts';
import { maxServices } from './choice.ts';

export interface Cart {
  lines: { service: Service; barber: PublicBarber | null }[];
  /** Sum of the service durations in minutes, without buffers. */
  minutes: number;
  /** Total price in the smallest unit of the currency. */
  cents: number;
}

/** The selected services with their barbers (null: any), total duration and total price. */
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

/** Adds a service at the end, or removes it. Adds no more than `maxServices`. */
export function toggleService(segments: readonly Segment[], serviceId: string): Segment[] {
  if (segments.some((segment) => segment.serviceId === serviceId)) {
    return segments.filter((segment) => segment.serviceId !== serviceId);
  }
  return segments.length >= maxServices ? [...segments] : [...segments, { serviceId, barberId: null }];
}

/** Sets the barber of a service; null means any barber. */
export function chooseBarber(
  segments: readonly Segment[],
  serviceId: string,
  barberId: string | null,
): Segment[] {
  return segments.map((segment) => (segment.serviceId === serviceId ? { serviceId, barberId } : segment));
}

/** Services by category, both in the order of the shop. */
export function byCategory(services: readonly Service[]): { category: string; services: Service[] }[] {
  const groups = new Map<string, Service[]>();
  for (const service of services) {
    const group = groups.get(service.category);
    if (group) group.push(service);
    else groups.set(service.category, [service]);
  }
  return Array.from(groups, ([category, members]) => ({ category, services: members }));
}
