import type { AlarmDefinition } from './alarms.ts';
import type { Readings } from './findings.ts';
import type { Metric } from './rule.ts';
import { defaultThresholds } from './thresholds.ts';

/** An alarm with what CloudWatch has of it: the values of its newest periods, in any order. */
export type AlarmValues = { readonly alarm: AlarmDefinition; readonly values: readonly number[] };

/**
 * Readings that are over a limit exactly when an alarm would be: of the newest periods the value that as many have to pass as
 * the alarm wants. Of several nodes the worst one speaks. A metric without enough values is not judged, unless its alarm
 * takes missing values for good ones.
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
  // The alarm's own expression counts little traffic as a rate of 100: what is left of it can be judged.
  return worst.has('CacheHitRate')
    ? { ...readings, lookups: defaultThresholds.hitRateLookups + 1 }
    : readings;
}

/** Null: not enough values to tell. */
function readingOf(alarm: AlarmDefinition, values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => (isAbove(alarm) ? b - a : a - b));
  const deciding = sorted[alarm.datapointsToAlarm - 1];
  if (deciding !== undefined) return deciding;
  if (alarm.treatMissingData === 'missing') return null;
  // The mildest value of those that are there: the missing ones are well, and so the alarm is.
  return isAbove(alarm) ? Math.min(alarm.threshold, ...values) : Math.max(alarm.threshold, ...values);
}

function isAbove({ comparison }: AlarmDefinition): boolean {
  return comparison === 'GreaterThanThreshold';
}
