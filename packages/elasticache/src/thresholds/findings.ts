import { isExceeded, type Metric, type Rule, type WatchTarget } from './rule.ts';
import { rulesFor } from './rules.ts';
import { defaultThresholds, type Thresholds } from './thresholds.ts';

/** What was measured, by metric. What is not there is not judged. Look-ups go with the hit rate. */
export type Readings = Partial<Record<Metric, number>> & { readonly lookups?: number };

export type Finding = { readonly rule: Rule; readonly value: number; readonly limit: number };

/**
 * What is wrong about the readings, by the same rules as the alarms; pages first. Of two rules of one metric the more
 * urgent one speaks for both.
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
