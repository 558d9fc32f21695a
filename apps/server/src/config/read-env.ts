import {
  productionEnvFile,
  readEnvFile,
  type Variables,
  withEnvFile,
} from '@bookedbarber/redis-tier/settings';

/** Environment variables by name. Which ones the server knows is said in docs/reference/environment.md. */
export type Env = Variables;

/**
 * The only place of the server that touches the environment; it is read once, at start. In production `.env.production` in
 * the folder that the process is started in stands behind it: what the environment has itself wins, and a missing file is
 * fine. Elsewhere the file is left alone, so that nobody develops on the data of production by having it lie around.
 */
export function readEnv(): Env {
  return process.env['NODE_ENV'] === 'production'
    ? withEnvFile(process.env, readEnvFile(productionEnvFile))
    : process.env;
}
