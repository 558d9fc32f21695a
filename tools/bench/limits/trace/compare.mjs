import { ExactLog } from './exact-log.mjs';

/** @typedef {import('./exact-log.mjs').WindowLimit} WindowLimit */
/** @typedef {import('./read-trace.mjs').TracedRequest} TracedRequest */

/**
 * @typedef {object} SubjectCount
 * @property {string} subject
 * @property {number} requests
 * @property {number} refused by the limiter
 * @property {number} refusedExactly by an independent exact log
 */

/**
 * @typedef {object} Comparison
 * @property {number} agreeing requests with the same verdict as an independent exact log
 * @property {SubjectCount[]} limited subjects that either of them denied, most denied first
 * @property {string[]} tooLenient admitted requests that exceed a limit according to an exact log of the admissions
 * @property {string[]} tooStrict denied requests that fit the limits, even with windows longer by the margin
 */

/**
 * Compares verdicts with an exact log, request by request.
 *
 * After the first difference, two limiters continue from different states. Therefore each verdict is compared with an
 * exact log of the limiter's own admissions: an admitted request must fit into that log, and a denied one must not fit,
 * even when the windows are longer by the margin.
 *
 * @param {object} options
 * @param {readonly TracedRequest[]} options.requests in chronological order
 * @param {readonly boolean[]} options.verdicts true: admitted
 * @param {readonly WindowLimit[]} options.windows
 * @param {(window: WindowLimit) => number} options.margin how much longer a window may count, as a fraction of its length
 * @returns {Comparison}
 */
export function compareWithExactLog({ requests, verdicts, windows, margin }) {
  /** @type {Map<string, { independent: ExactLog, admissions: ExactLog, count: SubjectCount }>} */
  const subjects = new Map();
  /** @type {string[]} */
  const tooLenient = [];
  /** @type {string[]} */
  const tooStrict = [];
  let agreeing = 0;
  requests.forEach(({ atMs, subject }, index) => {
    let known = subjects.get(subject);
    if (known === undefined) {
      const count = { subject, requests: 0, refused: 0, refusedExactly: 0 };
      known = { independent: new ExactLog(windows), admissions: new ExactLog(windows), count };
      subjects.set(subject, known);
    }
    const { independent, admissions, count } = known;
    const admitted = verdicts[index] === true;
    const exactly = independent.fits(atMs);
    count.requests += 1;
    if (!admitted) count.refused += 1;
    if (!exactly) count.refusedExactly += 1;
    if (admitted === exactly) agreeing += 1;
    const request = `${subject} at ${new Date(atMs).toISOString()}`;
    if (admitted && !admissions.fits(atMs)) tooLenient.push(request);
    if (!admitted && admissions.fits(atMs, margin)) tooStrict.push(request);
    if (exactly) independent.enter(atMs);
    if (admitted) admissions.enter(atMs);
  });
  const limited = [...subjects.values()]
    .map(({ count }) => count)
    .filter(({ refused, refusedExactly }) => refused + refusedExactly > 0)
    .sort((a, b) => b.refused - a.refused || b.refusedExactly - a.refusedExactly);
  return { agreeing, limited, tooLenient, tooStrict };
}
