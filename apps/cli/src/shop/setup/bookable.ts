import type { Barber, Shop } from '@bookedbarber/contract';

/** What a shop lacks before clients can book. Empty if a barber with weekly hours offers a service. */
export function missingSetup(shop: Shop, barbers: readonly Barber[]): string[] {
  const active = barbers.filter((barber) => barber.active);
  const offered = new Set(shop.services.map((service) => service.id));
  const isReady = (barber: Barber) => hasHours(barber) && barber.service_ids.some((id) => offered.has(id));
  if (shop.services.length > 0 && active.some(isReady)) return [];
  const missing: string[] = [];
  if (shop.services.length === 0) missing.push('it has no services');
  if (active.length === 0) missing.push('it has no barbers');
  for (const barber of active) {
    if (!hasHours(barber)) missing.push(`${barber.name} has no weekly hours`);
    if (barber.service_ids.length === 0) missing.push(`${barber.name} offers no services`);
  }
  return missing;
}

/** Services and barbers of a bookable shop that clients cannot book. */
export function hiddenOfferings(shop: Shop, barbers: readonly Barber[]): string[] {
  const working = barbers.filter((barber) => barber.active && hasHours(barber));
  const offered = new Set(working.flatMap((barber) => barber.service_ids));
  return [
    ...shop.services
      .filter((service) => !offered.has(service.id))
      .map((service) => `no barber with weekly hours offers ${service.name}`),
    ...barbers
      .filter((barber) => barber.active && !hasHours(barber))
      .map(({ name }) => `${name} has no weekly hours`),
  ];
}

function hasHours(barber: Barber): boolean {
  return barber.schedule.some((day) => day.periods.length > 0);
}
