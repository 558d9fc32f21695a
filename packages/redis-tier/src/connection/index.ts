export { type ConnectionOptions, connect, connectCluster, connectTo, type RedisServer } from './connect.ts';
export {
  type Credentials,
  type CredentialsEvent,
  type CredentialsOptions,
  createCredentials,
} from './credentials.ts';
export { UnsupportedClientError } from './fail-fast-client.ts';
export type { Login } from './login.ts';
export { parseRedisUrl } from './parse-redis-url.ts';
export type { ReauthenticationResult } from './reauthenticate.ts';
export type { RedisClient } from './redis-client.ts';
export { infoNumber, parseInfo } from './server-info.ts';
