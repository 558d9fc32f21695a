import type { BookedSegment, Booking, Hold } from '@bookedbarber/contract';
import type { ShopRecord } from '../catalog/catalog.ts';
import { formatInstant } from '../time/wall-time.ts';
import { changeDeadline } from './availability/policy.ts';
import type { BookingRecord } from './booking-record.ts';

/** The API representation of a booking. Every time has the offset of the shop's zone. */
export function toBooking(shop: ShopRecord, booking: BookingRecord, nowMs: number): Booking {
  const open = booking.status === 'pending' || booking.status === 'confirmed';
  const deadlineMs = open ? changeDeadline(shop, booking.startsAt.getTime(), nowMs) : null;
  return {
    id: booking.id,
    shop: {
      slug: shop.slug,
      name: shop.name,
      zone: shop.zone,
      currency: shop.currency,
      address: shop.address,
      phone: shop.phone,
    },
    status: booking.status,
    version: booking.version,
    ...bookingTimes(shop.zone, booking),
    segments: toSegments(shop.zone, booking),
    price_cents: booking.segments.reduce((sum, segment) => sum + segment.priceCents, 0),
    client: { name: booking.name, email: booking.email, phone: booking.phone },
    note: booking.note,
    change_until: deadlineMs === null ? null : formatInstant(shop.zone, deadlineMs),
    created_at: formatInstant(shop.zone, booking.createdAt.getTime()),
  };
}

export function toHold(shop: ShopRecord, booking: BookingRecord): Hold {
  if (booking.heldUntil === null) throw new TypeError(`Booking ${booking.id} is not a hold`);
  return {
    id: booking.id,
    expires_at: formatInstant(shop.zone, booking.heldUntil.getTime()),
    ...bookingTimes(shop.zone, booking),
    segments: toSegments(shop.zone, booking),
  };
}

function bookingTimes(zone: string, booking: BookingRecord) {
  return {
    starts_at: formatInstant(zone, booking.startsAt.getTime()),
    ends_at: formatInstant(zone, booking.endsAt.getTime()),
  };
}

function toSegments(zone: string, booking: BookingRecord): BookedSegment[] {
  return booking.segments.map((segment) => ({
    service_id: segment.serviceId,
    service_name: segment.serviceName,
    barber_id: segment.barberId,
    barber_name: segment.barberName,
    starts_at: formatInstant(zone, segment.startMs),
    ends_at: formatInstant(zone, segment.endMs),
    price_cents: segment.priceCents,
  }));
}
