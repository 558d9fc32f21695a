import type { Decision } from './decision.ts';

export type ResourceStatistics = {
  /** Units of the requests that were allowed. */
  unitsAllowed: number;
  allowed: number;
  refused: number;
  /** Refusals, among all, that cost the server nothing. */
  refusedFromDenyCache: number;
  /** Decisions of this process alone. */
  local: number;
  /** Requests turned away because nothing was known. */
  outages: number;
  /** Allowed with at most a tenth of a limit left. */
  nearLimit: number;
  /** Refusals by the window that was violated. */
  violated: Record<string, number>;
};

export type LimiterStatistics = {
  resources: Record<string, ResourceStatistics>;
  /** Calls of the script, and checks that they carried. */
  calls: number;
  checks: number;
  /** Errors that the server replied, such as that it is full. */
  errors: number;
  /** Local admissions that the server does not know yet, a second of one subject as one, and those given up. */
  chargesWaiting: number;
  chargesLost: number;
  /** Processes that share the limits. */
  fleetSize: number;
};

/** What the counters do not know themselves. */
type LimiterState = {
  readonly charges: { readonly waiting: number; readonly lost: number };
  readonly fleetSize: number;
};

/** At most this part of a limit left is near it. */
const nearPart = 0.1;

export type StatisticsCounter = {
  /** Begins the counts of a resource; gives what counts a decision there. */
  counterOf(resource: string): (decision: Decision, cost: number) => void;
  countCall(checks: number): void;
  countError(): void;
  /** A copy of the counts since the start. */
  snapshot(state: LimiterState | null): LimiterStatistics;
};

export function createStatistics(): StatisticsCounter {
  const byResource = new Map<string, ResourceStatistics>();
  let calls = 0;
  let checks = 0;
  let errors = 0;
  return {
    counterOf(resource) {
      const statistics = noStatistics();
      byResource.set(resource, statistics);
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
      resources: structuredClone(Object.fromEntries(byResource)),
      calls,
      checks,
      errors,
      chargesWaiting: state?.charges.waiting ?? 0,
      chargesLost: state?.charges.lost ?? 0,
      fleetSize: state?.fleetSize ?? 1,
    }),
  };
}

function noStatistics(): ResourceStatistics {
  return {
    unitsAllowed: 0,
    allowed: 0,
    refused: 0,
    refusedFromDenyCache: 0,
    local: 0,
    outages: 0,
    nearLimit: 0,
    violated: {},
  };
}

function count(statistics: ResourceStatistics, decision: Decision, cost: number): void {
  if (decision.source === 'local') statistics.local += 1;
  if (decision.outage) {
    statistics.outages += 1;
  } else if (decision.allowed) {
    statistics.allowed += 1;
    statistics.unitsAllowed += cost;
    if (decision.perWindow.some(({ limit, remaining }) => remaining <= limit * nearPart))
      statistics.nearLimit += 1;
  } else {
    statistics.refused += 1;
    if (decision.source === 'deny-cache') statistics.refusedFromDenyCache += 1;
    for (const name of decision.violated) statistics.violated[name] = (statistics.violated[name] ?? 0) + 1;
  }
}
