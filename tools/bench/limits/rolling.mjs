/**
 * An admission as a client sees it: it happened somewhere between sending and answer.
 *
 * @typedef {{ sentMs: number, answeredMs: number }} Admission
 */

/**
 * How many were admitted within the stretch of `lengthMs` that begins with one of them. Two count as within a stretch only
 * when they surely were.
 *
 * @param {readonly Admission[]} admitted
 * @param {Admission} first
 * @param {number} lengthMs
 */
export function countFrom(admitted, { sentMs }, lengthMs) {
  return admitted.filter((it) => it.sentMs >= sentMs && it.answeredMs < sentMs + lengthMs).length;
}

/** The most within any such stretch. @param {readonly Admission[]} admitted @param {number} lengthMs */
export function maxWithin(admitted, lengthMs) {
  return Math.max(0, ...admitted.map((first) => countFrom(admitted, first, lengthMs)));
}
