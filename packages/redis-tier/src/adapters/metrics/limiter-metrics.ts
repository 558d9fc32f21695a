import type { LimiterStatistics, LimitStatistics } from '../../limits/index.ts';
import type { MetricFamily } from './metric-family.ts';

type Family = MetricFamily<LimiterStatistics>;

/** A counter with a value for each limit. */
function byLimit(name: string, help: string, value: (limit: LimitStatistics) => number): Family {
  return {
    type: 'counter',
    name: `limiter.${name}`,
    help,
    labels: ['limit'],
    read: ({ limits }) => Object.entries(limits).map(([limit, it]) => [value(it), { limit }]),
  };
}

function total(
  type: Family['type'],
  name: string,
  help: string,
  value: (statistics: LimiterStatistics) => number,
): Family {
  return { type, name: `limiter.${name}`, help, read: (statistics) => [[value(statistics)]] };
}

export const limiterFamilies: readonly Family[] = [
  byLimit('allowed', 'Allowed requests.', ({ allowed }) => allowed),
  byLimit('allowed_units', 'Units of allowed requests.', ({ unitsAllowed }) => unitsAllowed),
  byLimit('near_limit', 'Requests allowed with at most a tenth of a limit left.', (it) => it.nearLimit),
  byLimit('denied', 'Requests denied by a limit.', ({ denied }) => denied),
  byLimit('deny_cache.hits', 'Denials from the deny cache.', (it) => it.deniedFromDenyCache),
  byLimit('unavailable', 'Requests denied because the server was unavailable.', (it) => it.unavailable),
  byLimit('local', 'Decisions by this process alone.', ({ local }) => local),
  {
    type: 'counter',
    name: 'limiter.exceeded_windows',
    help: 'Denials by exceeded window.',
    labels: ['limit', 'window'],
    read: ({ limits }) =>
      Object.entries(limits).flatMap(([limit, { exceededWindows }]) =>
        Object.entries(exceededWindows).map(([window, value]) => [value, { limit, window }] as const),
      ),
  },
  total('counter', 'calls', 'Calls of the script.', ({ calls }) => calls),
  total('counter', 'checks', 'Checks in calls of the script.', ({ checks }) => checks),
  total('counter', 'errors', 'Errors that the server returned.', ({ errors }) => errors),
  total(
    'counter',
    'lost_consumption',
    'Local admissions dropped before the server counted them.',
    (it) => it.lostConsumption,
  ),
  total(
    'gauge',
    'pending_consumption',
    'Local admissions that the server has not counted yet.',
    (it) => it.pendingConsumption,
  ),
  total('gauge', 'fleet_size', 'Processes that share the limits.', ({ fleetSize }) => fleetSize),
];
