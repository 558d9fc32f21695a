/**
 * Random values for what the data set does not contain, reproducible by the seed: the time of a booking request, the
 * time of day of a cancellation, and the times of the looks before a booking.
 */
import { randomFrom } from '../../../apps/cli/dist/demo/random.js';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** For the report. */
export const randomDescription =
  'The data set does not contain the times of the booking requests. They are random: log-normal lead times with a median\n' +
  'of 3 days, sigma 1.3, from 10 minutes to 80 days; cancellations between 9:00 and 18:00 of their day and before the\n' +
  'appointment; intervals between looks exponential with a mean of 20 s. The booking of a cancelled time follows its\n' +
  'cancellation.';

/** One generator per planned booking, so that an additional row does not change the others. @param {string} seed */
export function seededRandom(seed) {
  const random = randomFrom(seed);
  return {
    /** In ms, log-normal: most clients book for the same week, few months in advance. */
    leadMs() {
      // The Box-Muller transform: two uniform numbers yield a normal one.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.round(Math.min(80 * dayMs, Math.max(10 * minuteMs, 3 * dayMs * Math.exp(1.3 * normal))));
    },
    /** Minute of the day. */
    cancelMinute: () => 540 + Math.floor(random() * 540),
    /** In ms, between two looks, and between the last look and the booking. */
    pauseMs: () => Math.max(1000, Math.round(-20_000 * Math.log(1 - random()))),
    /** @template T @param {readonly T[]} items @returns {T | undefined} */
    pick: (items) => items[Math.floor(random() * items.length)],
    random,
  };
}
