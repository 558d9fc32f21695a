import type { Decision } from './decision.ts';

export type LimitStatistics = {
  /** Units of the requests that were allowed. */
  unitsAllowed: number;
  allowed: number;
  denied: number;
  /** Refusals, among all, that cost the server nothing. */
  deniedFromDenyCache: number;
  /** Decisions of this process alone. */
  local: number;
  /** Requests turned away because nothing was known. */
  unavailable: number;
  /** Allowed with at most a tenth of a limit left. */
  nearLimit: number;
  /** Refusals by the window that was violated. */
  exceededWindows: Record<string, number>;
};

export type LimiterStatistics = {
  limits: Record<string, LimitStatistics>;
  /** Calls of the script, and checks that they carried. */
  calls: number;
  checks: number;
  /** Errors that the server replied, such as that it is full. */
  errors: number;
  /** Local admissions that the server does not know yet, a second of one subject as one, and those given up. */
  pendingConsumption: number;
  lostConsumption: number;
  /** Processes that share the limits. */
  fleetSize: number;
};

/** What the counters do not know themselves. */
type LimiterState = {
  readonly pendingConsumption: { readonly waiting: number; readonly lost: number };
  readonly fleetSize: number;
};

/** At most this part of a limit left is near it. */
const nearPart = 0.1;

export type StatisticsCounter = {
  /** Begins the counts of a resource; gives what counts a decision there. */
  counterOf(limit: string): (decision: Decision, cost: number) => void;
  countCall(checks: number): void;
  countError(): void;
  /** A copy of the counts since the start. */
  snapshot(state: LimiterState | null): LimiterStatistics;
};

export function createStatistics(): StatisticsCounter {
  const byResource = new Map<string, LimitStatistics>();
  let calls = 0;
  let checks = 0;
  let errors = 0;
  return {
    counterOf(limit) {
      const statistics = noStatistics();
      byResource.set(limit, statistics);
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
      limits: structuredClone(Object.fromEntries(byResource)),
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
    if (decision.perWindow.some(({ limit, remaining }) => remaining <= limit * nearPart))
      statistics.nearLimit += 1;
  } else {
    statistics.denied += 1;
    if (decision.source === 'deny-cache') statistics.deniedFromDenyCache += 1;
    for (const name of decision.exceededWindows)
      statistics.exceededWindows[name] = (statistics.exceededWindows[name] ?? 0) + 1;
  }
}
