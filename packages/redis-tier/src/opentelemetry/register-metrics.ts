/** Metrics of the cache and the limiter for OpenTelemetry. */
import { cacheFamilies } from '../adapters/metrics/cache-metrics.ts';
import { limiterFamilies } from '../adapters/metrics/limiter-metrics.ts';
import type { MetricFamily } from '../adapters/metrics/metric-family.ts';
import type { CacheStatistics } from '../cache/index.ts';
import { anObjectWith, type Checks, checkOptions } from '../core/internal.ts';
import type { LimiterStatistics } from '../limits/index.ts';

type InstrumentOptions = { description: string; unit: string };
type ObserverLike = { observe(instrument: object, value: number, attributes: Record<string, string>): void };

/** What the adapter uses of a Meter. */
export type MeterLike = {
  createObservableCounter(name: string, options: InstrumentOptions): object;
  createObservableGauge(name: string, options: InstrumentOptions): object;
  addBatchObservableCallback(callback: (observer: ObserverLike) => void, instruments: object[]): void;
  removeBatchObservableCallback(callback: (observer: ObserverLike) => void, instruments: object[]): void;
};

/** Two caches need meters with different names. */
type CommonOptions = { readonly meter: MeterLike };

export type CacheMetricsOptions = CommonOptions & { readonly cache: { statistics(): CacheStatistics } };
export type LimiterMetricsOptions = CommonOptions & { readonly limiter: { statistics(): LimiterStatistics } };

const meter = anObjectWith(
  'createObservableCounter',
  'createObservableGauge',
  'addBatchObservableCallback',
  'removeBatchObservableCallback',
);
export const cacheMetricsChecks: Checks<CacheMetricsOptions> = { meter, cache: anObjectWith('statistics') };
export const limiterMetricsChecks: Checks<LimiterMetricsOptions> = {
  meter,
  limiter: anObjectWith('statistics'),
};

/**
 * Registers observable instruments for a cache. Every collection reads its statistics once.
 *
 * @returns a function that stops the observation
 * @throws RangeError for an invalid option
 */
export function registerCacheMetrics(options: CacheMetricsOptions): () => void {
  checkOptions('registerCacheMetrics', options, cacheMetricsChecks, (message) => new RangeError(message));
  return observe(options.meter, cacheFamilies, () => options.cache.statistics());
}

/** Registers observable instruments for a limiter, as `registerCacheMetrics` does. */
export function registerLimiterMetrics(options: LimiterMetricsOptions): () => void {
  checkOptions('registerLimiterMetrics', options, limiterMetricsChecks, (message) => new RangeError(message));
  return observe(options.meter, limiterFamilies, () => options.limiter.statistics());
}

const units = { seconds: 's', bytes: 'By' };

function observe<Statistics>(
  meter: MeterLike,
  families: readonly MetricFamily<Statistics>[],
  statistics: () => Statistics,
): () => void {
  const observed = families.map((family) => {
    const create = family.type === 'counter' ? 'createObservableCounter' : 'createObservableGauge';
    const unit = family.unit === undefined ? '' : units[family.unit];
    return {
      family,
      instrument: meter[create](`redis_tier.${family.name}`, { description: family.help, unit }),
    };
  });
  const instruments = observed.map(({ instrument }) => instrument);
  const callback = (observer: ObserverLike): void => {
    const now = statistics();
    for (const { family, instrument } of observed)
      for (const [value, labels = {}] of family.read(now)) observer.observe(instrument, value, labels);
  };
  meter.addBatchObservableCallback(callback, instruments);
  return () => meter.removeBatchObservableCallback(callback, instruments);
}
