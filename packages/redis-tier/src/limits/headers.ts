/**
 * A decision as header fields of HTTP: RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers-10, which
 * are lists of RFC 9651 with one item for each window; Retry-After; and the X-RateLimit fields that older clients read,
 * for the tightest window.
 */
import type { Decision, WindowState } from './decision.ts';

export type LimitHeaders = Record<string, string>;

/** Names are small letters. A decision without windows, of an outage, has only Retry-After. */
export function limitHeaders(decision: Decision): LimitHeaders {
  const { perWindow, allowed, retryAfterMs } = decision;
  const retryAfterSeconds = toSeconds(retryAfterMs);
  const tightest = tightestOf(perWindow);
  return {
    ...(allowed ? {} : { 'retry-after': String(Math.max(1, retryAfterSeconds)) }),
    ...(tightest === undefined
      ? {}
      : {
          'ratelimit-policy': perWindow
            .map(({ name, limit, seconds }) => `"${name}";q=${limit};w=${seconds}`)
            .join(', '),
          ratelimit: perWindow
            .map((window) => serviceLimit(window, allowed ? undefined : retryAfterMs))
            .join(', '),
          'x-ratelimit-limit': String(tightest.limit),
          'x-ratelimit-remaining': String(tightest.remaining),
          'x-ratelimit-reset': String(toSeconds(tightest.waitMs > 0 ? tightest.waitMs : tightest.resetMs)),
        }),
  };
}

/**
 * `r` is what remains, `t` the seconds until more comes back. Retry-After should not lie before a `t`, so a refusal
 * leaves out those of windows that are not in its way.
 */
function serviceLimit({ name, remaining, resetMs }: WindowState, retryAfterMs: number | undefined): string {
  const told = resetMs > 0 && (retryAfterMs === undefined || resetMs <= retryAfterMs);
  return `"${name}";r=${remaining}${told ? `;t=${toSeconds(resetMs)}` : ''}`;
}

/** The window that holds a refused client longest, else the one with the smallest part left. */
function tightestOf(windows: readonly WindowState[]): WindowState | undefined {
  return windows.reduce<WindowState | undefined>((tightest, it) => {
    if (tightest === undefined) return it;
    if (it.waitMs !== tightest.waitMs) return it.waitMs > tightest.waitMs ? it : tightest;
    return it.remaining * tightest.limit < tightest.remaining * it.limit ? it : tightest;
  }, undefined);
}

/** Whole seconds, rounded up: who comes back then does not come too early. */
function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
