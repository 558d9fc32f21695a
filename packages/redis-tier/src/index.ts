/**
 * What most programs need. The jobs are in `./jobs`, because they need BullMQ, which is an optional peer dependency.
 */
export {
  type Cache,
  CacheClosedError,
  type CacheEvent,
  type CacheOptions,
  type CacheResult,
  createCache,
  InvalidCacheUseError,
  LoadTimeoutError,
  type PolicyOptions,
  UncacheableValueError,
} from './cache/index.ts';
export {
  type ConnectionOptions,
  connect,
  connectCluster,
  parseRedisUrl,
  type RedisClient,
  type RedisServer,
  UnsupportedClientError,
} from './connection/index.ts';
export { RedisUnavailableError } from './core/index.ts';
export {
  clientAddress,
  createLimiter,
  type Decision,
  type Limiter,
  type LimiterOptions,
  type LimitOptions,
  limitHeaders,
  limitKeyOfAddress,
  readNetworks,
} from './limits/index.ts';
