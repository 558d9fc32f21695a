/**
 * An admission as the client sees it: it happened at some moment between the request and the response.
 *
 * @typedef {{ sentMs: number, respondedMs: number }} Admission
 */

/**
 * The number of admissions in the interval of `lengthMs` that begins with one of them. Counts only admissions that were
 * certainly within the interval.
 *
 * @param {readonly Admission[]} admitted
 * @param {Admission} first
 * @param {number} lengthMs
 */
export function countFrom(admitted, { sentMs }, lengthMs) {
  return admitted.filter((it) => it.sentMs >= sentMs && it.respondedMs < sentMs + lengthMs).length;
}

/** The maximum over all such intervals. @param {readonly Admission[]} admitted @param {number} lengthMs */
export function maxWithin(admitted, lengthMs) {
  return Math.max(0, ...admitted.map((first) => countFrom(admitted, first, lengthMs)));
}
