/**
 * HTTP header fields of a decision: RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers-10, which
 * are lists of RFC 9651 with one item per window; Retry-After; and, for the tightest window, the X-RateLimit fields
 * that older clients read.
 */
import type { Decision, WindowState } from './decision.ts';

export type LimitHeaders = Record<string, string>;

/** Header names are in lower case. The decision of an outage has no windows and gives only Retry-After. */
export function limitHeaders(decision: Decision): LimitHeaders {
  const { perWindow, allowed, retryAfterMs } = decision;
  const headers: LimitHeaders = {};
  if (!allowed) headers['retry-after'] = String(Math.max(1, toSeconds(retryAfterMs)));
  const tightest = tightestOf(perWindow);
  if (tightest === undefined) return headers;
  const heldMs = allowed ? undefined : retryAfterMs;
  let states = '';
  for (const window of perWindow) states += `${states === '' ? '' : ', '}${serviceLimit(window, heldMs)}`;
  headers['ratelimit-policy'] = policyOf(perWindow);
  headers['ratelimit'] = states;
  headers['x-ratelimit-limit'] = String(tightest.limit);
  headers['x-ratelimit-remaining'] = String(tightest.remaining);
  headers['x-ratelimit-reset'] = String(toSeconds(tightest.waitMs > 0 ? tightest.waitMs : tightest.resetMs));
  return headers;
}

/** The last policy, cached because most responses have the same one. */
let lastPolicy: { windows: readonly WindowState[]; policy: string } = { windows: [], policy: '' };

function policyOf(windows: readonly WindowState[]): string {
  const isSame =
    lastPolicy.windows.length === windows.length &&
    windows.every((it, i) => {
      const other = lastPolicy.windows[i];
      return it.limit === other?.limit && it.seconds === other.seconds && it.name === other.name;
    });
  if (!isSame) {
    const policy = windows.map(({ name, limit, seconds }) => `"${name}";q=${limit};w=${seconds}`).join(', ');
    lastPolicy = { windows, policy };
  }
  return lastPolicy.policy;
}

/**
 * `r` is the remaining units, `t` the seconds until more are freed. Retry-After should not be earlier than any `t`,
 * so a denial omits the `t` of windows that are freed later.
 */
function serviceLimit({ name, remaining, resetMs }: WindowState, retryAfterMs: number | undefined): string {
  const hasReset = resetMs > 0 && (retryAfterMs === undefined || resetMs <= retryAfterMs);
  return `"${name}";r=${remaining}${hasReset ? `;t=${toSeconds(resetMs)}` : ''}`;
}

/** The window with the longest wait, otherwise the one with the smallest fraction left. */
function tightestOf(windows: readonly WindowState[]): WindowState | undefined {
  return windows.reduce<WindowState | undefined>((tightest, it) => {
    if (tightest === undefined) return it;
    if (it.waitMs !== tightest.waitMs) return it.waitMs > tightest.waitMs ? it : tightest;
    return it.remaining * tightest.limit < tightest.remaining * it.limit ? it : tightest;
  }, undefined);
}

/** Whole seconds, rounded up, so that a client that waits for them does not retry too early. */
function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
