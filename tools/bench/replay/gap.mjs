import { addDays } from '../../../apps/server/dist/time/dates.js';

/** @typedef {{ staff: string, date: string, startsMinute: number, minutes: number }} TakenTime */

const daysAround = 14;

/**
 * Picks a random free time of a barber on the nearest date that has one, at most 14 days away.
 *
 * @param {{ staff: string, minutes: number, near: string, stepMinutes: number, times: import('./opening-times.mjs').OpeningTimes, taken: readonly TakenTime[] }} required
 * @param {ReturnType<typeof import('./draws.mjs').seededRandom>} random
 * @returns {{ date: string, startsMinute: number } | undefined}
 */
export function findGap({ staff, minutes, near, stepMinutes, times, taken }, random) {
  const offsets = [0, ...Array.from({ length: daysAround }, (_, index) => [index + 1, -index - 1]).flat()];
  for (const days of offsets) {
    const date = addDays(near, days);
    const ofDay = taken.filter((it) => it.staff === staff && it.date === date);
    const free = times.of(staff, date).flatMap(({ starts_minute, ends_minute }) => {
      const first = Math.ceil(starts_minute / stepMinutes) * stepMinutes;
      const count = Math.max(0, Math.floor((ends_minute - minutes - first) / stepMinutes) + 1);
      const starts = Array.from({ length: count }, (_, index) => first + index * stepMinutes);
      return starts.filter((start) =>
        ofDay.every((it) => start + minutes <= it.startsMinute || start >= it.startsMinute + it.minutes),
      );
    });
    const startsMinute = random.pick(free);
    if (startsMinute !== undefined) return { date, startsMinute };
  }
  return undefined;
}
