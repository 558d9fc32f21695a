import type { SegmentRequest } from '@bookedbarber/contract';
import type { ServiceRecord } from '../catalog/catalog.ts';
import { problem } from '../http/problem.ts';
import type { BarberRecord } from '../staff/staff.ts';
import type { SegmentOption } from './segments.ts';

/**
 * Resolves the ids of a request to services and the barbers who could do them. Throws service_unknown, barber_unknown or
 * barber_does_not_offer. `services` and `barbers` are the active ones of the shop.
 */
export function resolveSegments(
  requests: readonly SegmentRequest[],
  services: readonly ServiceRecord[],
  barbers: readonly BarberRecord[],
): SegmentOption[] {
  return requests.map((request) => {
    const service = services.find((candidate) => candidate.id === request.service_id.toLowerCase());
    if (service === undefined)
      throw problem('service_unknown', `No service has the id ${request.service_id}.`);
    return {
      serviceId: service.id,
      durationMinutes: service.durationMinutes,
      bufferBeforeMinutes: service.bufferBeforeMinutes,
      bufferAfterMinutes: service.bufferAfterMinutes,
      priceCents: service.priceCents,
      barberIds: candidates(request, service, barbers),
    };
  });
}

function candidates(
  request: SegmentRequest,
  service: ServiceRecord,
  barbers: readonly BarberRecord[],
): string[] {
  const { barber_id: wanted } = request;
  if (wanted === undefined || wanted === null) {
    return barbers.filter((barber) => barber.serviceIds.includes(service.id)).map((barber) => barber.id);
  }
  const barber = barbers.find((candidate) => candidate.id === wanted.toLowerCase());
  if (barber === undefined) throw problem('barber_unknown', `No barber has the id ${wanted}.`);
  if (!barber.serviceIds.includes(service.id)) {
    throw problem('barber_does_not_offer', `${barber.name} does not offer ${service.name}.`);
  }
  return [barber.id];
}

/** All barbers that any segment could need, once each. */
export function barbersOf(segments: readonly SegmentOption[]): string[] {
  return [...new Set(segments.flatMap((segment) => segment.barberIds))];
}
