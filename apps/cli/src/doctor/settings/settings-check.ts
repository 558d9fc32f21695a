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

/** One server to examine, and what it is for. */
export type Target = {
  /** The variable that names it. */
  variable: 'REDIS_URL' | 'REDIS_JOBS_URL';
  /** As it may be shown: without user and password. */
  address: string;
  uses: readonly Use[];
  server: RedisServerConfig;
  keyPrefix: string;
  /** What must never be shown, in each form that it may have. */
  secrets: readonly string[];
};

/** Reads the settings with the server's own rules, and compares the connections with their budget. */
export function checkSettings(variables: Variables, source: string): CheckValue<readonly Target[]> {
  const env = new EnvReader(variables);
  const redis = readRedisConfig(env, true);
  const cacheEnabled = env.boolean('CACHE_ENABLED', true);
  const limitsEnabled = env.boolean('RATE_LIMIT_ENABLED', true);
  rejectInvalidSettings(env, source);
  const held = { redis, cacheEnabled, limitsEnabled };
  const api = sumOfConnections(connectionsHeld(held, 'api'));
  const worker = sumOfConnections(connectionsHeld(held, 'worker'));
  const detail = `from ${source}; an api holds ${api} of ${redis.maxConnections} connections, a worker ${worker}`;
  const findings =
    Math.max(api, worker) > redis.maxConnections ? [overBudget(api, worker, redis.maxConnections)] : [];
  return { detail, value: targetsOf(redis, { cacheEnabled, limitsEnabled }), findings };
}

function overBudget(api: number, worker: number, budget: number): Finding {
  return {
    code: 'connections_over_budget',
    severity: 'error',
    message: `REDIS_MAX_CONNECTIONS is ${budget}, but an api process holds ${api} connections and a worker ${worker}.`,
    cause:
      'It is the budget of one process: commands, listening, limits, health and jobs have a connection each.',
    remediation: `Set REDIS_MAX_CONNECTIONS to ${Math.max(api, worker)} or more (the guide has 50); the alarm on connections follows it.`,
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
      cause: `The settings in ${source} contradict each other or have another form than the server takes.`,
      remediation: 'Correct what is named; docs/reference/environment.md has every variable.',
    });
  }
}

function targetsOf(
  { main, jobs, keyPrefix }: RedisConfig,
  { cacheEnabled, limitsEnabled }: { cacheEnabled: boolean; limitsEnabled: boolean },
): Target[] {
  if (main === null || jobs === null) return [];
  const isOne = main.host === jobs.host && main.port === jobs.port && main.database === jobs.database;
  const ofMain = [cacheEnabled && 'cache', limitsEnabled && 'limits', isOne && 'jobs'] as const;
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
      ofMain.filter((use) => use !== false),
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
