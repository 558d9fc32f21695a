export type { PromClient, RegistryLike } from './add-family.ts';
export {
  type CacheMetricsOptions,
  type LimiterMetricsOptions,
  registerCacheMetrics,
  registerLimiterMetrics,
} from './prom-client.ts';
