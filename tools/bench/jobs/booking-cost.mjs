import { createBookings } from '../../../apps/server/dist/booking/bookings.js';
import { transaction } from '../../../apps/server/dist/database/transaction.js';

/** @typedef {import('../../../apps/server/dist/main/context.js').Context} Context */

const stepMs = 30 * 60_000;
const dayMs = 86_400_000;

/**
 * Measures the transaction of a booking with its messages (a confirmation and two reminders) and the same transaction
 * without messages, alternately, on the same shop.
 *
 * @param {Context} context
 * @param {import('../../../apps/server/dist/catalog/catalog.js').ShopRecord} shop
 * @param {string} serviceId
 */
export function bookingCost(context, shop, serviceId) {
  const { db, catalog, staff, clients, invalidate, clock } = context;
  const noMessages = { write: async () => {} };
  const kinds = {
    with: context.bookings,
    without: createBookings({ catalog, staff, clients, invalidate, notifier: noMessages }),
  };
  // Consecutive starts from midnight of the third day on.
  let startMs = Math.ceil(clock.nowMs() / dayMs) * dayMs + 2 * dayMs;
  let number = 0;

  /** @param {keyof typeof kinds} kind @returns {Promise<number>} microseconds */
  async function book(kind) {
    startMs += stepMs;
    number += 1;
    const client = { name: 'Bench', email: `guest${number}@example.com` };
    const begin = performance.now();
    await transaction(db, async (tx) => {
      const segments = await kinds[kind].resolve(tx, shop, [{ service_id: serviceId }]);
      const start = { startMs, nowMs: clock.nowMs(), actor: /** @type {const} */ ('guest') };
      await kinds[kind].book(tx, shop, { client }, segments, start);
    });
    return (performance.now() - begin) * 1000;
  }

  return {
    /** Runs `count` transactions of each kind and returns their durations in microseconds. @param {number} count */
    async round(count) {
      /** @type {{ with: number[], without: number[] }} */
      const took = { with: [], without: [] };
      for (let turn = 0; turn < count; turn += 1) {
        const first = turn % 2 === 0 ? 'with' : 'without';
        took[first].push(await book(first));
        const second = first === 'with' ? 'without' : 'with';
        took[second].push(await book(second));
      }
      return took;
    },
  };
}
