/** For the other folders of the tier. Not exported by the package. */
export {
  type CircuitBreaker,
  type CircuitBreakerClient,
  type CircuitBreakerState,
  createCircuitBreaker,
} from './circuit-breaker.ts';
export { noQueueOptions } from './connect.ts';
export { checkClient, failFastClient, startCluster } from './fail-fast-client.ts';
export { endpointCheckIntervalMs, isReplicaReply, type PrimaryWatch, watchPrimary } from './primary-watch.ts';
export { commandsOf, isCluster } from './redis-client.ts';
export { listen } from './shared-listeners.ts';
export { slotOf } from './slot.ts';
