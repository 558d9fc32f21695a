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

/** The last policy that was told: most answers tell the same one. */
let told: { windows: readonly WindowState[]; policy: string } = { windows: [], policy: '' };

function policyOf(windows: readonly WindowState[]): string {
  const isTold =
    told.windows.length === windows.length &&
    windows.every((it, i) => {
      const other = told.windows[i];
      return it.limit === other?.limit && it.seconds === other.seconds && it.name === other.name;
    });
  if (!isTold) {
    const policy = windows.map(({ name, limit, seconds }) => `"${name}";q=${limit};w=${seconds}`).join(', ');
    told = { windows, policy };
  }
  return told.policy;
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
