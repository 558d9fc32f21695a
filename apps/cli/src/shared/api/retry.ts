/** Number of attempts, including the first. */
export const maximumAttempts = 6;

/** Longest Retry-After that is honored, in ms. The shortest window of the rate limits is one minute. */
export const maximumWaitMs = 65_000;

/** The outcome of a failed attempt. */
export type Attempt = { status: number; retryAfter: string | null } | { errorCode: string | undefined };

/** Transient error codes of Node and undici: the connection broke or timed out. */
const transient = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'TIMEOUT',
]);

/**
 * The wait in ms after attempt number `attempt` (from 1), or undefined when the request must not be retried. The wait
 * starts at 250 ms and doubles, plus random jitter of up to 100 % (`random` in [0, 1)). A longer Retry-After replaces
 * it. `answered`: the server has responded before, so a refused connection means that it is restarting.
 */
export function waitBeforeNext(
  outcome: Attempt,
  attempt: number,
  answered: boolean,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= maximumAttempts) return undefined;
  const backoffMs = 250 * 2 ** (attempt - 1);
  const waitMs = Math.round(backoffMs * (1 + random()));
  if ('status' in outcome) {
    if (![429, 502, 503, 504].includes(outcome.status)) return undefined;
    const retryAfterMs = Number(outcome.retryAfter ?? Number.NaN) * 1000;
    if (Number.isNaN(retryAfterMs)) return outcome.status === 429 ? undefined : waitMs;
    return retryAfterMs > maximumWaitMs ? undefined : Math.max(retryAfterMs, waitMs);
  }
  const { errorCode } = outcome;
  if (errorCode === undefined) return undefined;
  return transient.has(errorCode) || (errorCode === 'ECONNREFUSED' && answered) ? waitMs : undefined;
}
