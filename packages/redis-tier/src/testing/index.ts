export {
  type CoherenceOptions,
  type CoherenceReport,
  checkCoherence,
} from './coherence/check-coherence.ts';
export type { FleetProgram } from './coherence/fleet.ts';
export type { Violation, ViolationKind } from './coherence/verdict.ts';
export { cacheContract } from './contracts/cache-contract.ts';
export { type CacheFleet, type ContractCache, contractPolicies } from './contracts/cache-subject.ts';
export {
  type ContractLimiter,
  contractLimits,
  type LimiterFleet,
  limiterContract,
  sharedLimiterContract,
} from './contracts/limiter-contract.ts';
export { type OutboxUnderTest, outboxContract } from './contracts/outbox-contract.ts';
export type { Contract } from './contracts/promise.ts';
export { sharedCacheContract } from './contracts/shared-cache-contract.ts';
export { codecContract, serializerContract } from './contracts/value-contracts.ts';
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
