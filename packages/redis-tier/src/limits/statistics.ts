import type { Decision } from './decision.ts';

export type LimitStatistics = {
  /** Units of allowed requests. */
  unitsAllowed: number;
  allowed: number;
  denied: number;
  /** Denials, included in `denied`, that came from the deny cache. */
  deniedFromDenyCache: number;
  /** Decisions by this process alone. */
  local: number;
  /** Requests denied because the server was unavailable. */
  unavailable: number;
  /** Requests allowed with at most a tenth of a limit left. */
  nearLimit: number;
  /** Denials by exceeded window. */
  exceededWindows: Record<string, number>;
};

export type LimiterStatistics = {
  limits: Record<string, LimitStatistics>;
  /** Calls of the script, and checks in them. */
  calls: number;
  checks: number;
  /** Errors that the server returned, such as that it is full. */
  errors: number;
  /** Local admissions not yet reported to the server (one second of a key counts as one), and those dropped. */
  pendingConsumption: number;
  lostConsumption: number;
  /** Processes that share the limits. */
  fleetSize: number;
};

/** State that the counters read from the limiter. */
type LimiterState = {
  readonly pendingConsumption: { readonly waiting: number; readonly lost: number };
  readonly fleetSize: number;
};

/** A decision is near the limit when at most this fraction is left. */
const nearFraction = 0.1;

export type StatisticsCounter = {
  /** Starts the counts of a limit; returns the function that counts its decisions. */
  counterOf(limit: string): (decision: Decision, cost: number) => void;
  countCall(checks: number): void;
  countError(): void;
  /** A copy of the counts since the start. */
  snapshot(state: LimiterState | null): LimiterStatistics;
};

export function createStatistics(): StatisticsCounter {
  const byLimit = new Map<string, LimitStatistics>();
  let calls = 0;
  let checks = 0;
  let errors = 0;
  return {
    counterOf(limit) {
      const statistics = noStatistics();
      byLimit.set(limit, statistics);
      return (decision, cost) => count(statistics, decision, cost);
    },
    countCall(carried) {
      calls += 1;
      checks += carried;
    },
    countError() {
      errors += 1;
    },
    snapshot: (state) => ({
      limits: structuredClone(Object.fromEntries(byLimit)),
      calls,
      checks,
      errors,
      pendingConsumption: state?.pendingConsumption.waiting ?? 0,
      lostConsumption: state?.pendingConsumption.lost ?? 0,
      fleetSize: state?.fleetSize ?? 1,
    }),
  };
}

function noStatistics(): LimitStatistics {
  return {
    unitsAllowed: 0,
    allowed: 0,
    denied: 0,
    deniedFromDenyCache: 0,
    local: 0,
    unavailable: 0,
    nearLimit: 0,
    exceededWindows: {},
  };
}

function count(statistics: LimitStatistics, decision: Decision, cost: number): void {
  if (decision.source === 'local') statistics.local += 1;
  if (decision.outage) {
    statistics.unavailable += 1;
  } else if (decision.allowed) {
    statistics.allowed += 1;
    statistics.unitsAllowed += cost;
    if (decision.perWindow.some(({ limit, remaining }) => remaining <= limit * nearFraction))
      statistics.nearLimit += 1;
  } else {
    statistics.denied += 1;
    if (decision.source === 'deny-cache') statistics.deniedFromDenyCache += 1;
    for (const name of decision.exceededWindows)
      statistics.exceededWindows[name] = (statistics.exceededWindows[name] ?? 0) + 1;
  }
}
