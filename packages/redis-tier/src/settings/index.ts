export { ConfigError } from './config-error.ts';
export {
  type ConnectionsHeld,
  connectionsHeld,
  type HeldBy,
  type ProcessRole,
  sumOfConnections,
} from './connections-held.ts';
export { productionEnvFile, readEnvFile, type Variables, withEnvFile } from './env-file.ts';
export { EnvReader } from './env-reader.ts';
export type { LoginSource } from './login-source.ts';
export { type RedisConfig, type RedisServerConfig, readRedisConfig } from './redis-config.ts';
