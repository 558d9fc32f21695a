import { ExactLog } from './exact-log.mjs';

/** @typedef {import('./exact-log.mjs').WindowLimit} WindowLimit */
/** @typedef {import('./read-trace.mjs').TracedRequest} TracedRequest */

/**
 * @typedef {object} SubjectCount
 * @property {string} subject
 * @property {number} requests
 * @property {number} refused by the limiter
 * @property {number} refusedExactly by an exact log that goes its own way
 */

/**
 * @typedef {object} Comparison
 * @property {number} agreeing requests with the same verdict as an exact log that goes its own way
 * @property {SubjectCount[]} limited who was refused by either, most refused first
 * @property {string[]} tooLenient requests that were admitted where an exact log of what was admitted had no room
 * @property {string[]} tooStrict requests that were refused though there was room, even with the stated margin
 */

/**
 * Compares verdicts with the exact log, request by request.
 *
 * Two limiters that differ once go on from different states. So each verdict is judged by the limiter's own admissions:
 * it may admit only what an exact log of those has room for, and refuse only what such a log with windows longer by the
 * margin has no room for.
 *
 * @param {object} options
 * @param {readonly TracedRequest[]} options.requests in the order of time
 * @param {readonly boolean[]} options.verdicts whether each was admitted
 * @param {readonly WindowLimit[]} options.windows
 * @param {(window: WindowLimit) => number} options.margin by how much a window may count as longer, as a part of it
 * @returns {Comparison}
 */
export function compareWithExactLog({ requests, verdicts, windows, margin }) {
  /** @type {Map<string, { own: ExactLog, judgeRow: ExactLog, count: SubjectCount }>} */
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
      known = { own: new ExactLog(windows), judgeRow: new ExactLog(windows), count };
      subjects.set(subject, known);
    }
    const { own, judgeRow, count } = known;
    const admitted = verdicts[index] === true;
    const exactly = own.fits(atMs);
    count.requests += 1;
    if (!admitted) count.refused += 1;
    if (!exactly) count.refusedExactly += 1;
    if (admitted === exactly) agreeing += 1;
    const what = `${subject} at ${new Date(atMs).toISOString()}`;
    if (admitted && !judgeRow.fits(atMs)) tooLenient.push(what);
    if (!admitted && judgeRow.fits(atMs, margin)) tooStrict.push(what);
    if (exactly) own.enter(atMs);
    if (admitted) judgeRow.enter(atMs);
  });
  const limited = [...subjects.values()]
    .map(({ count }) => count)
    .filter(({ refused, refusedExactly }) => refused + refusedExactly > 0)
    .sort((a, b) => b.refused - a.refused || b.refusedExactly - a.refusedExactly);
  return { agreeing, limited, tooLenient, tooStrict };
}
