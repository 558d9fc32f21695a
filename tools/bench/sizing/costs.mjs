import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../../dev/setup/user-error.mjs';
import { operatorToken } from '../installation/environment.mjs';
import { difference, perOperation } from './probe.mjs';
import { warm } from './shops.mjs';
import { allVisitorsBook, allVisitorsRead } from './visitors.mjs';

/** @typedef {import('../installation/http-client.mjs').HttpClient} HttpClient */
/** @typedef {import('./probe.mjs').Probe} Probe */
/** @typedef {import('./shops.mjs').MadeShop} MadeShop */

const days = 29;
const visitors = 400;
const looksPerVisitor = 3;
/** Longer than a sub-bucket of the minute's window, so that the looks of a visitor use several of them. */
const pauseMs = 5500;
const bookings = 200;
const idleMs = 5000;

/** @param {Probe} probe */
export async function measureIdleCost(probe) {
  return during(probe, () => delay(idleMs));
}

/**
 * The memory of the page and the menu of a shop, and of each cached day of its schedule, in bytes.
 *
 * @param {HttpClient} http
 * @param {Probe} probe
 * @param {readonly MadeShop[]} shops
 */
export async function bytesOfShops(http, probe, shops) {
  await probe.empty();
  await warm(http, shops, 1);
  const one = await probe.dataBytes('cache');
  await warm(http, shops, 1 + days);
  const day = ((await probe.dataBytes('cache')) - one) / shops.length / days;
  return { shop: one / shops.length - day, day };
}

/**
 * The cost of a look for Redis and the api, and the memory of a visitor's rate limits, which does not depend on the
 * number of looks.
 *
 * @param {HttpClient} http
 * @param {Probe} probe
 * @param {readonly MadeShop[]} shops
 * @param {import('./probe.mjs').Reading} idle
 */
export async function measureReadCost(http, probe, shops, idle) {
  await probe.empty();
  await warm(http, shops, 14);
  const bytesBefore = await probe.dataBytes('others');
  const cpuBefore = await processSeconds(http);
  const looking = await during(probe, async () => {
    for (let look = 0; look < looksPerVisitor; look += 1) {
      if (look > 0) await delay(pauseMs);
      await allVisitorsRead(http, shops, visitors);
    }
  });
  const looks = visitors * looksPerVisitor;
  return {
    ...perOperation(looking, idle, looks),
    visitorBytes: ((await probe.dataBytes('others')) - bytesBefore) / visitors,
    apiCpuMicroseconds: (((await processSeconds(http)) - cpuBefore) * 1e6) / looks,
  };
}

/**
 * The cost of a booking for Redis until its mail is sent, and the memory that it still uses afterward.
 *
 * @param {HttpClient} http
 * @param {Probe} probe
 * @param {readonly MadeShop[]} shops
 * @param {import('./probe.mjs').Reading} idle
 * @param {import('pg').Client} database
 */
export async function costOfBookings(http, probe, shops, idle, database) {
  const book = await allVisitorsBook(http, shops, bookings);
  const bytesBefore = await probe.dataBytes('others');
  const booking = await during(probe, async () => {
    await book();
    await whenSent(database);
  });
  const leftBytes = ((await probe.dataBytes('others')) - bytesBefore) / bookings;
  return { ...perOperation(booking, idle, bookings), leftBytes };
}

/** @param {Probe} probe @param {() => Promise<unknown>} work */
async function during(probe, work) {
  const before = await probe.read();
  await work();
  return difference(before, await probe.read());
}

/** CPU time of the api process, in seconds. @param {HttpClient} http */
async function processSeconds(http) {
  const { body } = await http.send('GET', '/metrics', undefined, { token: operatorToken });
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(String(body))?.[1] ?? Number.NaN);
}

/** @param {import('pg').Client} database */
async function whenSent(database) {
  for (let attempt = 0; attempt < 240; attempt += 1) {
    const { rows } = await database.query(
      `SELECT count(*)::int AS open FROM outbox_message WHERE state NOT IN ('sent', 'cancelled') AND due_at <= now()`,
    );
    if (rows[0].open === 0) return;
    await delay(250);
  }
  throw new UserError('The confirmations were not sent within a minute.');
}
