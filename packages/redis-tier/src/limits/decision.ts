import type { Window } from './windows.ts';

/** The state of one window after the decision. */
export type WindowState = {
  readonly name: string;
  readonly seconds: number;
  /** Units, with the override of the limit key. When this process decides alone: its share. */
  readonly limit: number;
  /** Units left now. */
  readonly remaining: number;
  /** Until the cost fits this window, in ms; 0 when it does. */
  readonly waitMs: number;
  /** Until the next used units are freed, in ms; 0 when none are used. */
  readonly resetMs: number;
};

export type Decision = {
  readonly allowed: boolean;
  /** Denied because the server is unavailable and the limit is `closed`, not because of the limit key. */
  readonly outage: boolean;
  /**
   * redis: the server now. deny-cache: a recent denial of the server. local: this process alone. outage: not decided.
   */
  readonly source: 'redis' | 'deny-cache' | 'local' | 'outage';
  /** Names of the windows in which the cost does not fit. */
  readonly exceededWindows: readonly string[];
  readonly perWindow: readonly WindowState[];
  /** Until the same request fits every window, in ms; 0 when it was allowed. */
  readonly retryAfterMs: number;
};

/** Suggested wait before another attempt during an outage, in ms. */
const outageRetryMs = 1000;

export function outageDecision(): Decision {
  return {
    allowed: false,
    outage: true,
    source: 'outage',
    exceededWindows: [],
    perWindow: [],
    retryAfterMs: outageRetryMs,
  };
}

export function decisionOf(
  allowed: boolean,
  source: Decision['source'],
  perWindow: readonly WindowState[],
): Decision {
  return {
    allowed,
    outage: false,
    source,
    exceededWindows: allowed ? [] : perWindow.filter((it) => it.waitMs > 0).map((it) => it.name),
    perWindow,
    retryAfterMs: allowed ? 0 : Math.max(...perWindow.map((it) => it.waitMs)),
  };
}

/** Bytes of the script's reply for each check: the verdict, and four numbers per window. */
export function replyBytes(windows: readonly Window[]): number {
  return 1 + 16 * windows.length;
}

/** The script's verdict on one check, whose reply begins at `at`. */
export type Verdict = 'allowed' | 'denied' | 'above limit';

export function readVerdict(reply: Buffer, at: number): Verdict {
  const verdict = reply[at];
  return verdict === 1 ? 'allowed' : verdict === 0 ? 'denied' : 'above limit';
}

export function readWindows(windows: readonly Window[], reply: Buffer, at: number): WindowState[] {
  let from = at + 1;
  return windows.map(({ name, lengthMs }) => {
    const state = {
      name,
      seconds: lengthMs / 1000,
      limit: reply.readUInt32BE(from),
      remaining: reply.readUInt32BE(from + 4),
      waitMs: reply.readUInt32BE(from + 8),
      resetMs: reply.readUInt32BE(from + 12),
    };
    from += 16;
    return state;
  });
}

/** The same denial, `elapsedMs` later. */
export function later(decision: Decision, elapsedMs: number): Decision {
  return {
    allowed: false,
    outage: false,
    source: 'deny-cache',
    exceededWindows: decision.exceededWindows,
    perWindow: decision.perWindow.map(({ name, seconds, limit, remaining, waitMs, resetMs }) => ({
      name,
      seconds,
      limit,
      remaining,
      waitMs: Math.max(0, waitMs - elapsedMs),
      resetMs: Math.max(0, resetMs - elapsedMs),
    })),
    retryAfterMs: Math.max(0, decision.retryAfterMs - elapsedMs),
  };
}
