export {
  type CacheMetricsOptions,
  type LimiterMetricsOptions,
  type MeterLike,
  registerCacheMetrics,
  registerLimiterMetrics,
} from './register-metrics.ts';
export { type TraceLoadsOptions, type TracerLike, traceLoads } from './trace-loads.ts';
