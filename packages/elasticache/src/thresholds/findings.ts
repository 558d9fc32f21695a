import { isExceeded, type Metric, type Rule, type WatchTarget } from './rule.ts';
import { rulesFor } from './rules.ts';
import { defaultThresholds, type Thresholds } from './thresholds.ts';

/**
 * Measured values by metric. Missing metrics are not evaluated. `lookups` is the number that the hit rate is based
 * on.
 */
export type Readings = Partial<Record<Metric, number>> & { readonly lookups?: number };

export type Finding = { readonly rule: Rule; readonly value: number; readonly limit: number };

/**
 * Evaluates the readings with the rules of the alarms and returns the findings, pages first. A page suppresses the
 * ticket of the same metric.
 */
export function findings(
  readings: Readings,
  target: WatchTarget,
  thresholds: Thresholds = defaultThresholds,
): Finding[] {
  const found = rulesFor(target).flatMap((rule): Finding[] => {
    const value = readings[rule.metric];
    if (value === undefined) return [];
    if (rule.metric === 'CacheHitRate' && (readings.lookups ?? 0) <= thresholds.hitRateLookups) return [];
    const limit = rule.limit(thresholds, target);
    return isExceeded(rule, limit, value) ? [{ rule, value, limit }] : [];
  });
  const paged = new Set(found.filter(({ rule }) => rule.severity === 'page').map(({ rule }) => rule.metric));
  return [
    ...found.filter(({ rule }) => rule.severity === 'page'),
    ...found.filter(({ rule }) => rule.severity === 'ticket' && !paged.has(rule.metric)),
  ];
}
