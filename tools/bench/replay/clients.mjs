import { addDays } from '../../../apps/server/dist/time/dates.js';
import { formatInstant, localDate } from '../../../apps/server/dist/time/wall-time.js';
import { shopPath } from '../installation/shop.mjs';

/** @typedef {import('./planned-visits.mjs').PlannedBooking} PlannedBooking */
/** @typedef {import('../installation/http-client.mjs').Reply} Reply */

/**
 * What clients send, each visit from an address of its own: the limits take it for somebody of their own.
 *
 * @param {{ http: import('../installation/http-client.mjs').HttpClient, zone: string, ids: { serviceIds: Map<string, string>, barberIds: Map<string, string> }, staffCodes: ReadonlyMap<string, string>, visits: readonly PlannedBooking[] }} options
 */
export function clientsOf({ http, zone, ids, staffCodes, visits }) {
  const numbers = new Map(visits.map((visit, index) => [visit, index + 1]));
  const addressOf = (/** @type {PlannedBooking} */ visit) => {
    const number = numbers.get(visit) ?? 0;
    return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  };
  const segmentsOf = (/** @type {PlannedBooking} */ { segments }) =>
    segments.map(({ service, staff }) => ({
      service_id: ids.serviceIds.get(service) ?? '',
      barber_id: ids.barberIds.get(staffCodes.get(staff) ?? '') ?? '',
    }));

  return {
    /** The page and the week around the visit, asked for together as the pages do. @param {PlannedBooking} visit @param {number} nowMs */
    look(visit, nowMs) {
      const caller = { address: addressOf(visit) };
      const middle = addDays(localDate(zone, visit.startMs), -3);
      const today = localDate(zone, nowMs);
      const from = middle.localeCompare(today) < 0 ? today : middle;
      const query = segmentsOf(visit)
        .map((it) => `segment=${it.service_id}:${it.barber_id}`)
        .join('&');
      return Promise.all([
        http.send('GET', shopPath, undefined, caller),
        http.send('GET', `${shopPath}/availability?${query}&from=${from}&days=7`, undefined, caller),
      ]);
    },

    /** @param {PlannedBooking} visit @param {string} [idempotencyKey] */
    book(visit, idempotencyKey) {
      const body = {
        segments: segmentsOf(visit),
        start: formatInstant(zone, visit.startMs),
        client: visit.client,
        note: visit.id,
      };
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      return http.send('POST', `${shopPath}/bookings`, body, { address: addressOf(visit), ...key });
    },

    /** By the link that the booking came with. @param {PlannedBooking} visit @param {Reply} booked @param {string} [idempotencyKey] */
    cancel(visit, booked, idempotencyKey) {
      const { booking, manage_url } = booked.body;
      const bookingToken = new URL(manage_url).hash.slice(1);
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      const caller = { address: addressOf(visit), bookingToken, ...key };
      return http.send('POST', `/api/v1/bookings/${booking.id}/cancel`, {}, caller);
    },
  };
}

/** @typedef {ReturnType<typeof clientsOf>} Clients */
