import { isDeepStrictEqual } from 'node:util';
import {
  ConfigError,
  connectionsHeld,
  EnvReader,
  type RedisConfig,
  type RedisServerConfig,
  readRedisConfig,
  sumOfConnections,
  type Variables,
} from '@bookedbarber/redis-tier/settings';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';

export type Use = 'cache' | 'limits' | 'jobs';

/** One server to check, and its uses. */
export type Target = {
  /** The variable with its URL. */
  variable: 'REDIS_URL' | 'REDIS_JOBS_URL';
  /** URL without user and password, safe to print. */
  address: string;
  uses: readonly Use[];
  server: RedisServerConfig;
  keyPrefix: string;
  /** Values that must never be printed, raw and URL-encoded. */
  secrets: readonly string[];
};

/** Parses the settings with the rules of the server, and compares the connections with their limit. */
export function checkSettings(variables: Variables, source: string): CheckValue<readonly Target[]> {
  const env = new EnvReader(variables);
  const redis = readRedisConfig(env, true);
  const cacheEnabled = env.boolean('CACHE_ENABLED', true);
  const limitsEnabled = env.boolean('RATE_LIMIT_ENABLED', true);
  rejectInvalidSettings(env, source);
  const held = { redis, cacheEnabled, limitsEnabled };
  const api = sumOfConnections(connectionsHeld(held, 'api'));
  const worker = sumOfConnections(connectionsHeld(held, 'worker'));
  const detail = `from ${source}; an api process uses ${api} of ${redis.maxConnections} connections, a worker ${worker}`;
  const findings =
    Math.max(api, worker) > redis.maxConnections ? [overBudget(api, worker, redis.maxConnections)] : [];
  return { detail, value: targetsOf(redis, { cacheEnabled, limitsEnabled }), findings };
}

function overBudget(api: number, worker: number, budget: number): Finding {
  return {
    code: 'connections_over_budget',
    severity: 'error',
    message: `REDIS_MAX_CONNECTIONS is ${budget}, but an api process uses ${api} connections and a worker ${worker}.`,
    cause:
      'It is the limit of one process: commands, subscriptions, limits, health and jobs use a connection each.',
    remediation: `Set REDIS_MAX_CONNECTIONS to ${Math.max(api, worker)} or more (the guide uses 50). The connection alarm is derived from it.`,
  };
}

function rejectInvalidSettings(env: EnvReader, source: string): void {
  try {
    env.finish();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CheckFailedError({
      code: 'settings_wrong',
      message: error.problems.join(' '),
      cause: `The settings in ${source} are invalid or contradict each other.`,
      remediation: 'Correct these variables. docs/reference/environment.md describes each one.',
    });
  }
}

function targetsOf(
  { main, jobs, keyPrefix }: RedisConfig,
  { cacheEnabled, limitsEnabled }: { cacheEnabled: boolean; limitsEnabled: boolean },
): Target[] {
  if (main === null || jobs === null) return [];
  // A different login or protocol needs a check of its own.
  const isOne = isDeepStrictEqual(main, jobs);
  const mainUses = [cacheEnabled && 'cache', limitsEnabled && 'limits', isOne && 'jobs'] as const;
  const target = (variable: Target['variable'], server: RedisServerConfig, uses: readonly Use[]): Target => ({
    variable,
    address: addressOf(server),
    uses,
    server,
    keyPrefix,
    secrets: secretsOf(server),
  });
  return [
    target(
      'REDIS_URL',
      main,
      mainUses.filter((use) => use !== false),
    ),
    ...(isOne ? [] : [target('REDIS_JOBS_URL', jobs, ['jobs'])]),
  ];
}

function addressOf({ tls, host, port, database }: RedisServerConfig): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'rediss' : 'redis'}://${name}:${port}${database === 0 ? '' : `/${database}`}`;
}

export function secretsOf({ password }: Pick<RedisServerConfig, 'password'>): string[] {
  return password === null ? [] : [password, encodeURIComponent(password)];
}
