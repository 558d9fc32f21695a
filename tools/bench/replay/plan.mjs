import { analyzeDataSet } from '../../../apps/cli/dist/import/analyze-data-set.js';
import { readDataSet } from '../../../apps/cli/dist/import/files/read-data-set.js';
import { findOverlaps } from '../../../apps/cli/dist/import/overlaps.js';
import { UserError } from '../../../dev/setup/user-error.mjs';
import { seededRandom } from './draws.mjs';
import { OpeningTimes } from './opening-times.mjs';
import { plannedBookingsOf, plannedCancellationsOf } from './planned-bookings.mjs';

/** @typedef {import('./planned-bookings.mjs').PlannedBooking} PlannedBooking */
/** @typedef {{ kind: 'look' | 'book' | 'cancel', atMs: number, planned: PlannedBooking }} PlannedEvent */

/** The time zone of the data set. */
export const zone = 'America/New_York';

/**
 * The events of a replay in chronological order. The same data set, seed and number of looks give the same plan.
 *
 * @param {{ folder: string, seed: string, looks: number }} options
 * @throws {UserError} when rows of the data set are invalid
 */
export async function makePlan({ folder, seed, looks }) {
  const dataSet = await readDataSet(folder);
  if (dataSet.bad.length > 0) {
    const [{ file, line, reason } = { file: '', line: 0, reason: '' }] = dataSet.bad;
    throw new UserError(
      `${dataSet.bad.length} rows of ${folder} cannot be used, such as ${file} line ${line}: ${reason}.`,
      'Correct them. `npx bookedbarber import salon DIR --dry-run` lists all of them.',
    );
  }
  const analysis = analyzeDataSet(dataSet);
  const times = new OpeningTimes(analysis);
  const durations = new Map(dataSet.services.map(({ input }) => [input.code, input.duration_minutes]));
  const minutesOf = (/** @type {string} */ service) => durations.get(service) ?? 0;
  const ofBookings = plannedBookingsOf(analysis, { zone, seed });
  const ofCancellations = plannedCancellationsOf(analysis, { zone, seed, minutesOf, times });
  const plannedBookings = [...ofBookings, ...ofCancellations.plannedBookings];
  return {
    folder,
    plannedBookings,
    events: plannedBookings.flatMap((planned) => eventsOf(planned, seed, looks)).sort(byTime),
    exceptions: times.exceptions,
    staffCodes: new Map(analysis.staff.map(({ staff, code }) => [staff, code])),
    facts: {
      rows: dataSet.bookings.length,
      rowsThatOverlap: findOverlaps(dataSet.bookings).conflicts.length,
      cancellations: dataSet.cancellations.length,
      cancellationsOfRows: analysis.cancellations.byBooking.size,
      cancellationsRepeated: analysis.cancellations.repeated.length,
      cancellationsWithoutTime: ofCancellations.withoutTime.length,
      bookingsAsked: plannedBookings.length,
      severalServices: plannedBookings.filter((planned) => planned.segments.length > 1).length,
      exceptions: times.exceptions.length,
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof makePlan>>} Plan */

/** @param {PlannedBooking} planned @param {string} seed @param {number} looks @returns {PlannedEvent[]} */
function eventsOf(planned, seed, looks) {
  const random = seededRandom(`${seed} looks ${planned.id}`);
  /** @type {PlannedEvent[]} */
  const events = [{ kind: 'book', atMs: planned.requestMs, planned }];
  let atMs = planned.requestMs;
  for (let look = 0; look < looks; look += 1) {
    atMs -= random.pauseMs();
    events.push({ kind: 'look', atMs, planned });
  }
  if (planned.cancelMs !== null) events.push({ kind: 'cancel', atMs: planned.cancelMs, planned });
  return events;
}

/** @param {PlannedEvent} a @param {PlannedEvent} b */
function byTime(a, b) {
  return a.atMs - b.atMs || a.planned.id.localeCompare(b.planned.id, 'en');
}
