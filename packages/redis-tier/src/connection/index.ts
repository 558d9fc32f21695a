export {
  createGuard,
  type Guard,
  type GuardedClient,
  type GuardOptions,
  type GuardState,
} from './circuit-breaker.ts';
export {
  type ConnectionOptions,
  connect,
  connectCluster,
  connectionSettings,
  connectTo,
  isCluster,
  type RedisServer,
  unqueued,
} from './connect.ts';
export {
  type Credentials,
  type CredentialsEvent,
  type CredentialsOptions,
  createCredentials,
} from './credentials.ts';
export type { Login } from './login.ts';
export type { Moved } from './move-connections.ts';
export { serverOf } from './parse-redis-url.ts';
export { infoNumber, parseInfo } from './server-info.ts';
export { slotOf } from './slot.ts';
