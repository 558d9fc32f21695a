/** @typedef {import('./planned-bookings.mjs').PlannedBooking} PlannedBooking */

/**
 * The expected outcome of a plan, computed without a server: a booking is refused if and only if one of its barbers
 * already has an accepted booking at that time that has not been cancelled.
 *
 * @param {readonly import('./plan.mjs').PlannedEvent[]} events in chronological order
 * @returns {Map<PlannedBooking, { accepted: boolean, conflict: PlannedBooking | null }>}
 */
export function expectationOf(events) {
  /** @type {Map<PlannedBooking, { accepted: boolean, conflict: PlannedBooking | null }>} */
  const outcome = new Map();
  /** Active bookings by barber. @type {Map<string, Set<PlannedBooking>>} */
  const active = new Map();
  const ofStaff = (/** @type {string} */ staff) => {
    const plannedBookings = active.get(staff) ?? new Set();
    active.set(staff, plannedBookings);
    return plannedBookings;
  };
  for (const { kind, planned } of events) {
    if (kind === 'book') {
      const conflict = firstOverlap(planned, ofStaff);
      outcome.set(planned, { accepted: conflict === null, conflict });
      if (conflict === null) for (const { staff } of planned.segments) ofStaff(staff).add(planned);
    }
    if (kind === 'cancel') for (const { staff } of planned.segments) ofStaff(staff).delete(planned);
  }
  return outcome;
}

/** @param {PlannedBooking} planned @param {(staff: string) => Set<PlannedBooking>} ofStaff */
function firstOverlap(planned, ofStaff) {
  for (const segment of planned.segments) {
    for (const other of ofStaff(segment.staff)) {
      const overlaps = other.segments.some(
        (it) => it.staff === segment.staff && it.startMs < segment.endMs && segment.startMs < it.endMs,
      );
      if (overlaps) return other;
    }
  }
  return null;
}
