/** Metrics of the cache and the limiter for Prometheus, with prom-client. */
import { cacheFamilies } from '../adapters/metrics/cache-metrics.ts';
import { limiterFamilies } from '../adapters/metrics/limiter-metrics.ts';
import type { MetricFamily } from '../adapters/metrics/metric-family.ts';
import type { CacheStatistics } from '../cache/index.ts';
import { anObjectWith, type Checks, checkOptions, optional, textLike } from '../core/internal.ts';
import type { LimiterStatistics } from '../limits/index.ts';
import { addFamily, type PromClient, type RegistryLike } from './add-family.ts';

type CommonOptions = {
  /** The module prom-client. */
  readonly client: PromClient;
  /** @default client.register, the default registry */
  readonly register?: RegistryLike | undefined;
  /** Start of every name. Two caches in one registry need different ones. @default 'redis_tier_' */
  readonly prefix?: string | undefined;
};

export type CacheMetricsOptions = CommonOptions & { readonly cache: { statistics(): CacheStatistics } };
export type LimiterMetricsOptions = CommonOptions & { readonly limiter: { statistics(): LimiterStatistics } };

const commonChecks: Checks<CommonOptions> = {
  client: anObjectWith('Counter', 'Gauge'),
  register: optional(anObjectWith('registerMetric', 'removeSingleMetric')),
  prefix: optional(textLike(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, '1 to 100 letters, digits and underscores')),
};
export const cacheMetricsChecks: Checks<CacheMetricsOptions> = {
  ...commonChecks,
  cache: anObjectWith('statistics'),
};
export const limiterMetricsChecks: Checks<LimiterMetricsOptions> = {
  ...commonChecks,
  limiter: anObjectWith('statistics'),
};

/**
 * Registers the metrics of a cache. Every collection reads its statistics.
 *
 * @returns a function that removes the metrics from the registry
 * @throws RangeError for an invalid option; Error of prom-client for a name that is registered already
 */
export function registerCacheMetrics(options: CacheMetricsOptions): () => void {
  checkOptions('registerCacheMetrics', options, cacheMetricsChecks, (message) => new RangeError(message));
  return addFamilies(options, cacheFamilies, () => options.cache.statistics());
}

/** Registers the metrics of a limiter, as `registerCacheMetrics` does. */
export function registerLimiterMetrics(options: LimiterMetricsOptions): () => void {
  checkOptions('registerLimiterMetrics', options, limiterMetricsChecks, (message) => new RangeError(message));
  return addFamilies(options, limiterFamilies, () => options.limiter.statistics());
}

function addFamilies<Statistics>(
  { client, register = client.register, prefix = 'redis_tier_' }: CommonOptions,
  families: readonly MetricFamily<Statistics>[],
  statistics: () => Statistics,
): () => void {
  const names = families.map((family) => addFamily(client, register, prefix, family, statistics));
  return () => {
    for (const name of names) register.removeSingleMetric(name);
  };
}
