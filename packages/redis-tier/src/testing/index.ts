export {
  type CoherenceOptions,
  type CoherenceReport,
  checkCoherence,
} from './coherence/check-coherence.ts';
export type { MemberProgram } from './coherence/fleet.ts';
export type { Violation, ViolationKind } from './coherence/verdict.ts';
export { cachePromises } from './contracts/cache-promises.ts';
export { type CacheFleet, type ContractCache, contractPolicies } from './contracts/cache-subject.ts';
export {
  type ContractLimiter,
  contractResources,
  type LimiterFleet,
  limiterPromises,
  sharedLimiterPromises,
} from './contracts/limiter-promises.ts';
export { type OutboxUnderTest, outboxPromises } from './contracts/outbox-promises.ts';
export type { Promised } from './contracts/promise.ts';
export { sharedCachePromises } from './contracts/shared-cache-promises.ts';
export {
  type Direction,
  type FaultProxy,
  type ProxiedLink,
  startFaultProxy,
  type Target,
} from './fault-proxy.ts';
export { type RedisClusterProcesses, startRedisCluster } from './redis-cluster.ts';
export { type RedisServerProcess, startRedisServer } from './redis-server.ts';
export { until } from './until.ts';
