import type { SegmentRequest } from '@bookedbarber/contract';
import type { ServiceRecord } from '../catalog/catalog.ts';
import { problem } from '../http/problem.ts';
import type { BarberRecord } from '../staff/staff.ts';
import type { SegmentOption } from './segments.ts';

/**
 * Resolves the ids of a request to services and the barbers who can do them. `services` and `barbers` are the bookable
 * ones of the shop. Throws service_unknown, barber_unknown or barber_does_not_offer.
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
  const { barber_id: requestedId } = request;
  if (requestedId === undefined || requestedId === null) {
    return barbers.filter((barber) => barber.serviceIds.includes(service.id)).map((barber) => barber.id);
  }
  const barber = barbers.find((candidate) => candidate.id === requestedId.toLowerCase());
  if (barber === undefined) throw problem('barber_unknown', `No barber has the id ${requestedId}.`);
  if (!barber.serviceIds.includes(service.id)) {
    throw problem('barber_does_not_offer', `${barber.name} does not offer ${service.name}.`);
  }
  return [barber.id];
}

/** The distinct candidate barbers of all segments. */
export function barbersOf(segments: readonly SegmentOption[]): string[] {
  return [...new Set(segments.flatMap((segment) => segment.barberIds))];
}
