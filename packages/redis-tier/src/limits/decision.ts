import type { Window } from './windows.ts';

/** How one window stands after the decision. */
export type WindowState = {
  readonly name: string;
  readonly seconds: number;
  /** Units, with the subject's override. In the local stand-in for an unreachable server: this process's share. */
  readonly limit: number;
  /** Units left at this moment. */
  readonly remaining: number;
  /** Until the cost fits this window, in ms; 0 when it does. */
  readonly waitMs: number;
  /** Until the next used units come back, in ms; 0 when none are used. */
  readonly resetMs: number;
};

export type Decision = {
  readonly allowed: boolean;
  /** Nothing is known and the resource is closed without knowledge: not the subject's fault. */
  readonly outage: boolean;
  /** redis: asked now. deny-cache: asked a moment ago. local: this process alone. outage: nobody. */
  readonly source: 'redis' | 'deny-cache' | 'local' | 'outage';
  /** Names of the windows in which the cost does not fit. */
  readonly exceededWindows: readonly string[];
  readonly perWindow: readonly WindowState[];
  /** Until the same request fits every window, in ms; 0 when it was allowed. */
  readonly retryAfterMs: number;
};

/** Time to offer another attempt when nothing is known, in ms. */
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

/** Bytes of the script's reply for each check: the verdict, and four numbers for each window. */
export function replyBytes(windows: readonly Window[]): number {
  return 1 + 16 * windows.length;
}

/** What the script says of one check, whose reply begins at `at`. */
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

/** The same refusal, `elapsedMs` later. */
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
