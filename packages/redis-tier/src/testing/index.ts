export {
  type CoherenceOptions,
  type CoherenceReport,
  checkCoherence,
} from './coherence/check-coherence.ts';
export type { MemberProgram } from './coherence/fleet.ts';
export type { Violation, ViolationKind } from './coherence/judge.ts';
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
