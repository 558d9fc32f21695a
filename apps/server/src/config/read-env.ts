import {
  productionEnvFile,
  readEnvFile,
  type Variables,
  withEnvFile,
} from '@bookedbarber/redis-tier/settings';

/** Environment variables by name. docs/reference/environment.md lists those that the server reads. */
export type Env = Variables;

/**
 * Reads the environment. This is the only place of the server that accesses it, once at startup. In production,
 * `.env.production` in the working directory supplies variables that the environment lacks; the file is optional.
 * Development ignores the file, so that it never connects to production data by accident.
 */
export function readEnv(): Env {
  return process.env['NODE_ENV'] === 'production'
    ? withEnvFile(process.env, readEnvFile(productionEnvFile))
    : process.env;
}
