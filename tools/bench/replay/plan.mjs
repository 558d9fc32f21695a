import { readDataSet } from '../../../apps/cli/dist/import/files/read-book.js';
import { findOverlaps } from '../../../apps/cli/dist/import/overlaps.js';
import { analyzeDataSet } from '../../../apps/cli/dist/import/study-book.js';
import { UserError } from '../../../dev/setup/user-error.mjs';
import { seededRandom } from './draws.mjs';
import { OpeningTimes } from './opening-times.mjs';
import { plannedBookingsOf, plannedCancellationsOf } from './planned-visits.mjs';

/** @typedef {import('./planned-visits.mjs').PlannedBooking} PlannedBooking */
/** @typedef {{ kind: 'look' | 'dataSet' | 'cancel', atMs: number, visit: PlannedBooking }} PlannedEvent */

/** The zone in which the times of the salon set are taken. */
export const zone = 'America/New_York';

/**
 * All that a replay is going to do, in the order of time. It is the same for the same book, seed and number of looks.
 *
 * @param {{ folder: string, seed: string, looks: number }} options
 */
export async function makePlan({ folder, seed, looks }) {
  const dataSet = await readDataSet(folder);
  if (dataSet.bad.length > 0) {
    const [{ file, line, reason } = { file: '', line: 0, reason: '' }] = dataSet.bad;
    throw new UserError(
      `${dataSet.bad.length} rows of ${folder} cannot be used, such as ${file} line ${line}: ${reason}.`,
      'Correct them; `npx bookedbarber import salon DIR --dry-run` lists them all.',
    );
  }
  const analysis = analyzeDataSet(dataSet);
  const times = new OpeningTimes(analysis);
  const durations = new Map(dataSet.services.map(({ input }) => [input.code, input.duration_minutes]));
  const minutesOf = (/** @type {string} */ service) => durations.get(service) ?? 0;
  const ofBook = plannedBookingsOf(analysis, { zone, seed });
  const ofCancellations = plannedCancellationsOf(analysis, { zone, seed, minutesOf, times });
  const visits = [...ofBook, ...ofCancellations.visits];
  return {
    folder,
    visits,
    events: visits.flatMap((visit) => eventsOf(visit, seed, looks)).sort(byTime),
    exceptions: times.exceptions,
    staffCodes: new Map(analysis.staff.map(({ staff, code }) => [staff, code])),
    facts: {
      rows: dataSet.bookings.length,
      rowsThatOverlap: findOverlaps(dataSet.bookings).conflicts.length,
      cancellations: dataSet.cancellations.length,
      cancellationsOfRows: analysis.cancellations.byBooking.size,
      cancellationsRepeated: analysis.cancellations.repeated.length,
      cancellationsWithoutTime: ofCancellations.withoutTime.length,
      bookingsAsked: visits.length,
      severalServices: visits.filter((visit) => visit.segments.length > 1).length,
      exceptions: times.exceptions.length,
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof makePlan>>} Plan */

/** @param {PlannedBooking} visit @param {string} seed @param {number} looks @returns {PlannedEvent[]} */
function eventsOf(visit, seed, looks) {
  const random = seededRandom(`${seed} looks ${visit.id}`);
  /** @type {PlannedEvent[]} */
  const events = [{ kind: 'dataSet', atMs: visit.requestMs, visit }];
  let atMs = visit.requestMs;
  for (let look = 0; look < looks; look += 1) {
    atMs -= random.pauseMs();
    events.push({ kind: 'look', atMs, visit });
  }
  if (visit.cancelMs !== null) events.push({ kind: 'cancel', atMs: visit.cancelMs, visit });
  return events;
}

/** @param {PlannedEvent} a @param {PlannedEvent} b */
function byTime(a, b) {
  return a.atMs - b.atMs || a.visit.id.localeCompare(b.visit.id, 'en');
}
