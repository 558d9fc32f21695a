/** @typedef {import('./planned-visits.mjs').PlannedBooking} PlannedBooking */

/**
 * What a book without double bookings does with the plan, found out without a server: a booking is refused if and only if
 * somebody whom it wants has a booking at that time that was accepted before it and has not been given back.
 *
 * @param {readonly import('./plan.mjs').PlannedEvent[]} events in the order of time
 * @returns {Map<PlannedBooking, { accepted: boolean, meets: PlannedBooking | null }>}
 */
export function expectationOf(events) {
  /** @type {Map<PlannedBooking, { accepted: boolean, meets: PlannedBooking | null }>} */
  const outcome = new Map();
  /** Bookings that stand, by person. @type {Map<string, Set<PlannedBooking>>} */
  const standing = new Map();
  const ofStaff = (/** @type {string} */ staff) => {
    const visits = standing.get(staff) ?? new Set();
    standing.set(staff, visits);
    return visits;
  };
  for (const { kind, visit } of events) {
    if (kind === 'dataSet') {
      const meets = firstMet(visit, ofStaff);
      outcome.set(visit, { accepted: meets === null, meets });
      if (meets === null) for (const { staff } of visit.segments) ofStaff(staff).add(visit);
    }
    if (kind === 'cancel') for (const { staff } of visit.segments) ofStaff(staff).delete(visit);
  }
  return outcome;
}

/** @param {PlannedBooking} visit @param {(staff: string) => Set<PlannedBooking>} ofStaff */
function firstMet(visit, ofStaff) {
  for (const wanted of visit.segments) {
    for (const other of ofStaff(wanted.staff)) {
      const overlaps = other.segments.some(
        (it) => it.staff === wanted.staff && it.startMs < wanted.endMs && wanted.startMs < it.endMs,
      );
      if (overlaps) return other;
    }
  }
  return null;
}
