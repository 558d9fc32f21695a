import { findOverlaps } from '../../../apps/cli/dist/salon/overlaps.js';
import { readBook } from '../../../apps/cli/dist/salon/read-book.js';
import { studyBook } from '../../../apps/cli/dist/salon/study-book.js';
import { UserError } from '../../../dev/setup/user-error.mjs';
import { drawsFor } from './draws.mjs';
import { OpeningTimes } from './opening-times.mjs';
import { visitsOfBook, visitsOfCancellations } from './planned-visits.mjs';

/** @typedef {import('./planned-visits.mjs').PlannedVisit} PlannedVisit */
/** @typedef {{ kind: 'look' | 'book' | 'cancel', atMs: number, visit: PlannedVisit }} PlannedEvent */

/** The zone in which the times of the salon set are taken. */
export const zone = 'America/New_York';

/**
 * All that a replay is going to do, in the order of time. It is the same for the same book, seed and number of looks.
 *
 * @param {{ folder: string, seed: string, looks: number }} options
 */
export async function makePlan({ folder, seed, looks }) {
  const book = await readBook(folder);
  if (book.bad.length > 0) {
    const [{ file, line, reason } = { file: '', line: 0, reason: '' }] = book.bad;
    throw new UserError(
      `${book.bad.length} rows of ${folder} cannot be used, such as ${file} line ${line}: ${reason}.`,
      'Correct them; `npx bookedbarber import salon DIR --dry-run` lists them all.',
    );
  }
  const study = studyBook(book);
  const times = new OpeningTimes(study);
  const durations = new Map(book.services.map(({ input }) => [input.code, input.duration_minutes]));
  const minutesOf = (/** @type {string} */ service) => durations.get(service) ?? 0;
  const ofBook = visitsOfBook(study, { zone, seed });
  const ofCancellations = visitsOfCancellations(study, { zone, seed, minutesOf, times });
  const visits = [...ofBook, ...ofCancellations.visits];
  return {
    folder,
    visits,
    events: visits.flatMap((visit) => eventsOf(visit, seed, looks)).sort(byTime),
    exceptions: times.exceptions,
    staffCodes: new Map(study.staff.map(({ staff, code }) => [staff, code])),
    facts: {
      rows: book.bookings.length,
      rowsThatOverlap: findOverlaps(book.bookings).conflicts.length,
      cancellations: book.cancellations.length,
      cancellationsOfRows: study.cancellations.byBooking.size,
      cancellationsRepeated: study.cancellations.repeated.length,
      cancellationsWithoutTime: ofCancellations.withoutTime.length,
      bookingsAsked: visits.length,
      severalServices: visits.filter((visit) => visit.segments.length > 1).length,
      exceptions: times.exceptions.length,
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof makePlan>>} Plan */

/** @param {PlannedVisit} visit @param {string} seed @param {number} looks @returns {PlannedEvent[]} */
function eventsOf(visit, seed, looks) {
  const draws = drawsFor(`${seed} looks ${visit.id}`);
  /** @type {PlannedEvent[]} */
  const events = [{ kind: 'book', atMs: visit.requestMs, visit }];
  let atMs = visit.requestMs;
  for (let look = 0; look < looks; look += 1) {
    atMs -= draws.pauseMs();
    events.push({ kind: 'look', atMs, visit });
  }
  if (visit.cancelMs !== null) events.push({ kind: 'cancel', atMs: visit.cancelMs, visit });
  return events;
}

/** @param {PlannedEvent} a @param {PlannedEvent} b */
function byTime(a, b) {
  return a.atMs - b.atMs || a.visit.id.localeCompare(b.visit.id, 'en');
}
