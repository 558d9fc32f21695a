import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { firstDayMs, startOf } from './shops.mjs';

/** Fraction of the bookings that are cancelled or moved. */
const changedShare = 0.1;
/** Maximum number of concurrent bookings, so that a slow machine is not overloaded. */
const concurrency = 8;
const maxTries = 5;

/**
 * Distributes bookings evenly over the time, or sends them as fast as the api responds, and cancels or moves a tenth of
 * them at a random moment before the end. Requests without a response or with a 5xx are retried with the same
 * Idempotency-Key, as the pages do.
 *
 * @param {object} options
 * @param {import('../../installation/http-client.mjs').HttpClient} options.http
 * @param {readonly import('./shops.mjs').SoakShop[]} options.shops
 * @param {number} options.barbers of each shop
 * @param {number} options.bookings
 * @param {number} options.seconds duration of the bookings; the last changes follow up to half of it later
 * @param {() => number} options.random
 * @param {(done: number) => void} options.onProgress
 */
export async function bookAndChange({ http, shops, barbers, bookings, seconds, random, onProgress }) {
  const counts = { booked: 0, cancelled: 0, moved: 0 };
  /** @type {string[]} */
  const violations = [];
  /** @type {Set<Promise<void>>} */
  const changing = new Set();
  let next = 0;
  const fromMs = firstDayMs();
  /** @param {string} path @param {object} body @param {object} [caller] */
  async function post(path, body, caller = {}) {
    const idempotencyKey = randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      const reply = await http.send('POST', path, body, { ...caller, idempotencyKey });
      if ((reply.status !== 0 && reply.status < 500) || attempt === maxTries) return reply;
      await delay(500 * attempt);
    }
  }

  const perShop = Math.ceil(bookings / shops.length);

  /** @param {number} number @param {number | null} changeAfterMs @param {boolean} moves */
  async function book(number, changeAfterMs, moves) {
    const shop = shops[number % shops.length];
    if (shop === undefined) return;
    const ofShop = Math.floor(number / shops.length);
    const { status, body } = await post(`${shop.path}/bookings`, {
      segments: [{ service_id: shop.serviceId }],
      start: startOf(fromMs, ofShop, barbers),
      client: { name: `Client ${number}`, email: `client${number}@example.com` },
    });
    if (status !== 201) {
      violations.push(`booking ${number} returned ${status} ${body?.code ?? body}`);
      return;
    }
    counts.booked += 1;
    if (changeAfterMs === null) return;
    const change = later(number, changeAfterMs, moves, body);
    changing.add(change);
    void change.finally(() => changing.delete(change));
  }

  /** @param {number} number @param {number} afterMs @param {boolean} moves @param {any} body of the booking's response */
  async function later(number, afterMs, moves, body) {
    await delay(afterMs);
    const ofShop = Math.floor(number / shops.length);
    // Moves use times after those of all bookings.
    const change = moves ? { start: startOf(fromMs, perShop + barbers + ofShop, barbers) } : {};
    const path = `/api/v1/bookings/${body.booking.id}/${moves ? 'reschedule' : 'cancel'}`;
    const bookingToken = body.manage_url.split('#')[1];
    const changed = await post(path, change, { bookingToken });
    if (changed.status === 200) counts[moves ? 'moved' : 'cancelled'] += 1;
    else violations.push(`${path} returned ${changed.status} ${changed.body?.code ?? changed.body}`);
  }

  const beginMs = performance.now();
  async function lane() {
    while (next < bookings) {
      const number = next;
      next += 1;
      const atMs = (number / bookings) * seconds * 1000;
      await delay(Math.max(0, atMs - (performance.now() - beginMs)));
      const changes = random() < changedShare;
      await book(number, changes ? random() * seconds * 500 : null, random() < 0.5);
      onProgress(Math.min(next, bookings));
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane));
  await Promise.all(changing);
  return { ...counts, violations };
}
