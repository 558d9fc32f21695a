export {
  type CircuitBreaker,
  type CircuitBreakerClient,
  type CircuitBreakerOptions,
  type CircuitBreakerState,
  createCircuitBreaker,
} from './circuit-breaker.ts';
export {
  type ConnectionOptions,
  connect,
  connectCluster,
  connectionSettings,
  connectTo,
  isCluster,
  noQueueOptions,
  type RedisServer,
} from './connect.ts';
export {
  type Credentials,
  type CredentialsEvent,
  type CredentialsOptions,
  createCredentials,
} from './credentials.ts';
export {
  checkClient,
  type FailFastClient,
  failFastClient,
  startCluster,
  UnsupportedClientError,
} from './fail-fast-client.ts';
export type { Login } from './login.ts';
export { parseRedisUrl } from './parse-redis-url.ts';
export {
  endpointCheckIntervalMs,
  isReplicaReply,
  type PrimaryWatch,
  type PrimaryWatchOptions,
  watchPrimary,
} from './primary-watch.ts';
export type { ReauthenticationResult } from './reauthenticate.ts';
export { infoNumber, parseInfo } from './server-info.ts';
export { listen } from './shared-listeners.ts';
export { slotOf } from './slot.ts';
