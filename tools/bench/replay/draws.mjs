/**
 * What the book does not say is drawn, always the same for the same seed: when a visit was asked for, when on its day a
 * cancellation came, and how the looks before a booking lie in time.
 */
import { randomFrom } from '../../../apps/cli/dist/demo/random.js';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** In words, for the report. */
export const randomDescription =
  'The book has no booking times. Lead times are drawn log-normal, median 3 days, sigma 1.3, from 10 minutes to 80 days; ' +
  'a cancellation comes between 9:00 and 18:00 of its day, and before its visit; looks lie 20 s apart on average ' +
  '(exponential). Who got a time that was given back asked for it after that.';

/** Draws for one thing at a time, so that one more row changes nothing for the others. @param {string} seed */
export function seededRandom(seed) {
  const random = randomFrom(seed);
  return {
    /** In ms, log-normal: many book for the same week, few months ahead. */
    leadMs() {
      // Box and Muller: two even numbers make one of the normal distribution.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.round(Math.min(80 * dayMs, Math.max(10 * minuteMs, 3 * dayMs * Math.exp(1.3 * normal))));
    },
    /** Minute of the day. */
    cancelMinute: () => 540 + Math.floor(random() * 540),
    /** In ms, between a look and the next, and between the last look and the booking. */
    pauseMs: () => Math.max(1000, Math.round(-20_000 * Math.log(1 - random()))),
    /** @template T @param {readonly T[]} items @returns {T | undefined} */
    pick: (items) => items[Math.floor(random() * items.length)],
    random,
  };
}
