import { personName } from '../../../apps/cli/dist/import/analyze-data-set.js';
import { cancelledOn } from '../../../apps/cli/dist/import/match-cancellations.js';
import { wallInstant } from '../../../apps/server/dist/time/wall-time.js';
import { seededRandom } from './draws.mjs';
import { findGap } from './gap.mjs';

/** @typedef {import('../../../apps/cli/dist/import/files/bookings-file.js').SalonBooking} SalonBooking */
/** @typedef {import('../../../apps/cli/dist/import/files/cancellations-file.js').Cancellation} Cancellation */
/** @typedef {{ service: string, staff: string, startMs: number, endMs: number }} PlannedSegment */
/**
 * @typedef {object} PlannedBooking a booking that the replay requests
 * @property {string} id
 * @property {string} from the file of the data set
 * @property {number} rows the number of rows of the data set that it represents
 * @property {{ name: string, email: string }} client
 * @property {PlannedSegment[]} segments
 * @property {number} startMs
 * @property {number} requestMs
 * @property {number | null} cancelMs
 */

const minuteMs = 60_000;
const maxSegments = 5;

/**
 * Converts the rows of the data set into bookings. Consecutive rows of a client without a gap become one booking of
 * several services; every other row becomes its own booking.
 *
 * @param {import('../../../apps/cli/dist/import/analyze-data-set.js').DataSetAnalysis} analysis
 * @param {{ zone: string, seed: string }} options
 * @returns {PlannedBooking[]}
 */
export function plannedBookingsOf(analysis, { zone, seed }) {
  const plannedBookings = analysis.appointments
    .flatMap(({ rows }) => chains(rows))
    .map((rows) => {
      const [first] = rows;
      if (first === undefined) throw new Error('an appointment without rows');
      const id = `line ${first.line}`;
      const random = seededRandom(`${seed} ${id}`);
      const segments = rows.map((row) => {
        const startMs = wallInstant(zone, row.date, row.startsMinute, 'opens');
        return { service: row.service, staff: row.staff, startMs, endMs: startMs + row.minutes * minuteMs };
      });
      const startMs = segments[0]?.startMs ?? 0;
      const leadMs = random.leadMs();
      const day = cancelledOn(first, analysis.cancellations);
      const cancelMs =
        first.status === 'cancelled'
          ? cancelTime(zone, day ?? first.date, random.cancelMinute(), startMs)
          : null;
      const client = clientOf(first.client, id);
      const requestMs = requestTime(startMs, leadMs, cancelMs);
      return { id, from: 'bookings.csv', rows: rows.length, client, segments, startMs, requestMs, cancelMs };
    });
  bookAfterCancellation(plannedBookings);
  return plannedBookings;
}

/**
 * Converts the cancellations without a matching row into bookings at a free time near their day, which are cancelled
 * later.
 *
 * @param {import('../../../apps/cli/dist/import/analyze-data-set.js').DataSetAnalysis} analysis
 * @param {{ zone: string, seed: string, minutesOf: (service: string) => number, times: import('./opening-times.mjs').OpeningTimes }} options
 * @returns {{ plannedBookings: PlannedBooking[], withoutTime: Cancellation[] }}
 */
export function plannedCancellationsOf(analysis, { zone, seed, minutesOf, times }) {
  /** @type {SalonBooking[]} */
  const rows = analysis.appointments.flatMap(({ rows: visitRows }) => visitRows);
  const taken = rows.map(({ staff, date, startsMinute, minutes }) => ({
    staff,
    date,
    startsMinute,
    minutes,
  }));
  /** @type {PlannedBooking[]} */
  const plannedBookings = [];
  /** @type {Cancellation[]} */
  const withoutTime = [];
  for (const cancellation of analysis.cancellations.unmatched) {
    const { staff, service, bookedFor } = cancellation;
    const id = `cancellation ${cancellation.line}`;
    const random = seededRandom(`${seed} ${id}`);
    const minutes = minutesOf(service);
    const gap = findGap(
      { staff, minutes, near: bookedFor, stepMinutes: analysis.stepMinutes, times, taken },
      random,
    );
    if (gap === undefined) {
      withoutTime.push(cancellation);
      continue;
    }
    taken.push({ staff, minutes, ...gap });
    const startMs = wallInstant(zone, gap.date, gap.startsMinute, 'opens');
    const cancelMs = cancelTime(zone, cancellation.cancelledOn, random.cancelMinute(), startMs);
    plannedBookings.push({
      id,
      from: 'cancellations.csv',
      rows: 1,
      client: clientOf(cancellation.client, id),
      segments: [{ service, staff, startMs, endMs: startMs + minutes * minuteMs }],
      startMs,
      requestMs: requestTime(startMs, random.leadMs(), cancelMs),
      cancelMs,
    });
  }
  return { plannedBookings, withoutTime };
}

/** @param {readonly SalonBooking[]} rows of one client on one date, by start @returns {SalonBooking[][]} */
function chains(rows) {
  /** @type {SalonBooking[][]} */
  const all = [];
  for (const row of rows) {
    const chain = all.find((candidate) => {
      const last = candidate.at(-1);
      return (
        last !== undefined &&
        candidate.length < maxSegments &&
        last.startsMinute + last.minutes === row.startsMinute &&
        (last.status === 'cancelled') === (row.status === 'cancelled')
      );
    });
    if (chain === undefined) all.push([row]);
    else chain.push(row);
  }
  return all;
}

/**
 * A cancellation after the start of its appointment moves to a minute before the start, because the API rejects later
 * ones.
 *
 * @param {string} zone @param {string} date @param {number} minute @param {number} startMs
 */
function cancelTime(zone, date, minute, startMs) {
  return Math.min(wallInstant(zone, date, minute, 'opens'), startMs - minuteMs);
}

/** @param {number} startMs @param {number} leadMs @param {number | null} cancelMs */
function requestTime(startMs, leadMs, cancelMs) {
  const requestMs = startMs - leadMs;
  return cancelMs !== null && requestMs > cancelMs - minuteMs ? cancelMs - leadMs : requestMs;
}

/** @param {PlannedBooking[]} plannedBookings */
function bookAfterCancellation(plannedBookings) {
  const cancelledTime = plannedBookings.filter((planned) => planned.cancelMs !== null);
  for (const planned of plannedBookings.filter((candidate) => candidate.cancelMs === null)) {
    for (const { cancelMs, segments } of cancelledTime) {
      const isSame = segments.some((a) =>
        planned.segments.some((b) => a.staff === b.staff && a.startMs < b.endMs && b.startMs < a.endMs),
      );
      if (isSame && cancelMs !== null && cancelMs + minuteMs <= planned.startMs) {
        planned.requestMs = Math.max(planned.requestMs, cancelMs + minuteMs / 2);
      }
    }
  }
}

/** @param {string | undefined} client @param {string} id */
function clientOf(client, id) {
  const address = (client ?? `unnamed ${id}`).toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const letters = address.replace(/^-+|-+$/g, '').slice(0, 60) || 'client';
  return {
    name: client === undefined ? 'Unnamed client' : personName(client),
    email: `${letters}@clients.example`,
  };
}
