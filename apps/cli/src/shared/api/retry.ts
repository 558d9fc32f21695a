/** How often a request is sent, the first time included. */
export const maximumAttempts = 6;

/** Longest wait that a server may ask for, in ms; one minute is the shortest window of the rate limits. */
export const maximumWaitMs = 65_000;

/** What came of one attempt that may be worth another. */
export type Attempt = { status: number; retryAfter: string | null } | { errorCode: string | undefined };

/** Error codes of Node and undici for a connection that broke or never answered, where another attempt may succeed. */
const passing = new Set([
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
 * How many ms to wait before the attempt after number `attempt` (from 1), or undefined for no more. Doubles from 250 ms
 * with up to as much again at random (`random` in [0, 1)), unless the server names a time.
 * `answered`: the server has answered before, so a refused connection means that it is being restarted.
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
    const askedMs = Number(outcome.retryAfter ?? Number.NaN) * 1000;
    if (Number.isNaN(askedMs)) return outcome.status === 429 ? undefined : waitMs;
    return askedMs > maximumWaitMs ? undefined : Math.max(askedMs, waitMs);
  }
  const { errorCode } = outcome;
  if (errorCode === undefined) return undefined;
  return passing.has(errorCode) || (errorCode === 'ECONNREFUSED' && answered) ? waitMs : undefined;
}
