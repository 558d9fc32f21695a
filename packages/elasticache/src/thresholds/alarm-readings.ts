import type { AlarmDefinition } from './alarms.ts';
import type { Readings } from './findings.ts';
import type { Metric } from './rule.ts';
import { defaultThresholds } from './thresholds.ts';

/** An alarm and the CloudWatch values of its most recent periods, in any order. */
export type AlarmValues = { readonly alarm: AlarmDefinition; readonly values: readonly number[] };

/**
 * Returns readings that exceed a limit exactly when the alarm would be in ALARM: the n-th worst value, where n is the
 * alarm's `datapointsToAlarm`. With several nodes, the worst one counts. A metric without enough values is omitted,
 * unless its alarm treats missing data as not breaching.
 */
export function readingsOfAlarms(watched: readonly AlarmValues[]): Readings {
  const worst = new Map<Metric, number>();
  for (const { alarm, values } of watched) {
    const reading = readingOf(alarm, values);
    if (reading === null) continue;
    const before = worst.get(alarm.metric) ?? reading;
    worst.set(alarm.metric, isAbove(alarm) ? Math.max(before, reading) : Math.min(before, reading));
  }
  const readings: Readings = Object.fromEntries(worst);
  // The alarm's expression returns 100 for little traffic, so every rate here is based on enough lookups.
  return worst.has('CacheHitRate')
    ? { ...readings, lookups: defaultThresholds.hitRateLookups + 1 }
    : readings;
}

/** Null if there are not enough values. */
function readingOf(alarm: AlarmDefinition, values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => (isAbove(alarm) ? b - a : a - b));
  const deciding = sorted[alarm.datapointsToAlarm - 1];
  if (deciding !== undefined) return deciding;
  if (alarm.treatMissingData === 'missing') return null;
  // Missing data does not breach, so the alarm is OK: return a value that does not exceed the limit.
  return isAbove(alarm) ? Math.min(alarm.threshold, ...values) : Math.max(alarm.threshold, ...values);
}

function isAbove({ comparison }: AlarmDefinition): boolean {
  return comparison === 'GreaterThanThreshold';
}
