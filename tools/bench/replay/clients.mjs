import { addDays } from '../../../apps/server/dist/time/dates.js';
import { formatInstant, localDate } from '../../../apps/server/dist/time/wall-time.js';
import { shopPath } from '../installation/shop.mjs';

/** @typedef {import('./planned-bookings.mjs').PlannedBooking} PlannedBooking */
/** @typedef {import('../installation/http-client.mjs').Reply} Reply */

/**
 * The requests of the shop's clients. Each planned booking has its own IP address, and therefore its own rate limits.
 *
 * @param {{ http: import('../installation/http-client.mjs').HttpClient, zone: string, ids: { serviceIds: Map<string, string>, barberIds: Map<string, string> }, staffCodes: ReadonlyMap<string, string>, plannedBookings: readonly PlannedBooking[] }} options
 */
export function clientsOf({ http, zone, ids, staffCodes, plannedBookings }) {
  const numbers = new Map(plannedBookings.map((planned, index) => [planned, index + 1]));
  const addressOf = (/** @type {PlannedBooking} */ planned) => {
    const number = numbers.get(planned) ?? 0;
    return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  };
  const segmentsOf = (/** @type {PlannedBooking} */ { segments }) =>
    segments.map(({ service, staff }) => ({
      service_id: ids.serviceIds.get(service) ?? '',
      barber_id: ids.barberIds.get(staffCodes.get(staff) ?? '') ?? '',
    }));

  return {
    /** A look: requests the shop and the week around the appointment in parallel, as the pages do. @param {PlannedBooking} planned @param {number} nowMs */
    look(planned, nowMs) {
      const caller = { address: addressOf(planned) };
      const middle = addDays(localDate(zone, planned.startMs), -3);
      const today = localDate(zone, nowMs);
      const from = middle.localeCompare(today) < 0 ? today : middle;
      const query = segmentsOf(planned)
        .map((it) => `segment=${it.service_id}:${it.barber_id}`)
        .join('&');
      return Promise.all([
        http.send('GET', shopPath, undefined, caller),
        http.send('GET', `${shopPath}/availability?${query}&from=${from}&days=7`, undefined, caller),
      ]);
    },

    /** @param {PlannedBooking} planned @param {string} [idempotencyKey] */
    book(planned, idempotencyKey) {
      const body = {
        segments: segmentsOf(planned),
        start: formatInstant(zone, planned.startMs),
        client: planned.client,
        note: planned.id,
      };
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      return http.send('POST', `${shopPath}/bookings`, body, { address: addressOf(planned), ...key });
    },

    /** Cancels with the token in the booking's link. @param {PlannedBooking} planned @param {Reply} booked @param {string} [idempotencyKey] */
    cancel(planned, booked, idempotencyKey) {
      const { booking, manage_url } = booked.body;
      const bookingToken = new URL(manage_url).hash.slice(1);
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      const caller = { address: addressOf(planned), bookingToken, ...key };
      return http.send('POST', `/api/v1/bookings/${booking.id}/cancel`, {}, caller);
    },
  };
}

/** @typedef {ReturnType<typeof clientsOf>} Clients */
