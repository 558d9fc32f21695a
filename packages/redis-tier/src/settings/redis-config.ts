import type { EnvReader } from './env-reader.ts';
import {
  type LoginSource,
  readLoginSource,
  readPasswordRefresh,
  type ServerVariables,
  variableOf,
} from './login-source.ts';

/** How to connect to one Redis, Valkey or ElastiCache. Only `password` contains the password. */
export type RedisServerConfig = {
  host: string;
  port: number;
  tls: boolean;
  username: string | null;
  password: string | null;
  /** The source of the password, when it may change while the process runs. */
  login: LoginSource | null;
  database: number;
  cluster: boolean;
  connectTimeoutMs: number;
  socketTimeoutMs: number;
  keepAlive: boolean;
};

export type RedisConfig = {
  /** For cache and limits; null: the server runs without Redis and reports so. */
  main: RedisServerConfig | null;
  /** For jobs: the same server unless REDIS_JOBS_URL names another. */
  jobs: RedisServerConfig | null;
  /** Prefix of all keys, for a server that several installations share. */
  keyPrefix: string;
  /** Maximum connections of this process. */
  maxConnections: number;
};

const protocols = ['redis:', 'rediss:'];
const hourSeconds = 3600;

export function readRedisConfig(env: EnvReader, production: boolean): RedisConfig {
  const url = env.url('REDIS_URL', protocols);
  if (production && env.text('REDIS_URL') === undefined) {
    env.report(
      'REDIS_URL is missing: production requires Redis. Set redis://host:6379 or rediss://host:6379.',
    );
  }
  const jobsUrl = env.url('REDIS_JOBS_URL', protocols);
  const common = {
    cluster: env.boolean('REDIS_CLUSTER', false),
    connectTimeoutMs: env.integer('REDIS_CONNECTION_TIMEOUT', 20, { least: 1, most: hourSeconds }) * 1000,
    socketTimeoutMs: env.integer('REDIS_SOCKET_TIMEOUT', 5, { least: 1, most: hourSeconds }) * 1000,
    keepAlive: env.boolean('REDIS_SOCKET_KEEPALIVE', true),
  };
  const ssl = env.text('REDIS_SSL') === undefined ? null : env.boolean('REDIS_SSL', false);
  const refreshSeconds = readPasswordRefresh(env);
  const mainLogin = readLoginSource(env, 'REDIS', { url, refreshSeconds });
  const main = url && { ...readAddress(env, 'REDIS_URL', url), ...common, login: mainLogin };
  if (main !== null) takeCredentials(env, main);
  // In production, the missing REDIS_URL is already reported.
  else if (!production) requireUrl(env, 'REDIS', mainLogin, 'without it, there is no Redis.');
  const jobsLogin = readLoginSource(env, 'REDIS_JOBS', { url: jobsUrl, refreshSeconds });
  const jobs = jobsUrl && { ...readAddress(env, 'REDIS_JOBS_URL', jobsUrl), ...common, login: jobsLogin };
  if (jobs !== null) checkJobsCredentials(env, jobs);
  else requireUrl(env, 'REDIS_JOBS', jobsLogin, 'without it, jobs use REDIS_URL.');
  checkServer(env, 'REDIS_URL', main, ssl);
  checkServer(env, 'REDIS_JOBS_URL', jobs, ssl);
  return {
    main,
    jobs: jobs ?? main,
    keyPrefix: readKeyPrefix(env),
    maxConnections: env.integer('REDIS_MAX_CONNECTIONS', 50, { least: 1, most: 65_000 }),
  };
}

/** A source of a password without the URL of its server has no effect. An invalid URL is already reported. */
function requireUrl(
  env: EnvReader,
  variables: ServerVariables,
  login: LoginSource | null,
  reason: string,
): void {
  if (login !== null && env.text(`${variables}_URL`) === undefined)
    env.report(`${variableOf(login, variables)} requires ${variables}_URL: ${reason}`);
}

function readKeyPrefix(env: EnvReader): string {
  const prefix = env.text('REDIS_KEY_PREFIX') ?? 'bb';
  if (!/^[A-Za-z0-9._-]{1,40}$/.test(prefix)) {
    env.report('REDIS_KEY_PREFIX must be 1 to 40 letters, digits, dots, hyphens or underscores.');
  }
  return prefix;
}

function readAddress(env: EnvReader, name: string, url: URL) {
  const path = url.pathname.replace(/^\//, '');
  if (!/^\d{0,5}$/.test(path))
    env.report(`${name} may only have a database number after the port, such as /0.`);
  if (url.hostname === '') env.report(`${name} has no host.`);
  if (url.search !== '' || url.hash !== '')
    env.report(`${name} must not have query parameters or a fragment.`);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    tls: url.protocol === 'rediss:',
    username: url.username === '' ? null : decode(env, name, url.username),
    password: url.password === '' ? null : decode(env, name, url.password),
    database: /^\d{1,5}$/.test(path) ? Number(path) : 0,
  };
}

function decode(env: EnvReader, name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    env.report(`${name} has a % in its credentials that is not an escape: write a percent sign as %25.`);
    return '';
  }
}

/**
 * The settings that both servers share must agree with each URL: REDIS_SSL repeats what the scheme states, and a cluster
 * has one database.
 */
function checkServer(
  env: EnvReader,
  name: string,
  server: RedisServerConfig | null,
  ssl: boolean | null,
): void {
  if (server === null) return;
  if (ssl === true && !server.tls) {
    env.report(`REDIS_SSL=true contradicts ${name}: write rediss:// for TLS, or remove REDIS_SSL.`);
  }
  if (ssl === false && server.tls) {
    env.report(`REDIS_SSL=false contradicts ${name}: write redis:// for no TLS, or remove REDIS_SSL.`);
  }
  if (server.cluster && server.database !== 0) {
    env.report(
      `${name} names a database other than 0, but a cluster (REDIS_CLUSTER=true) has only database 0.`,
    );
  }
}

type Credentials = Pick<RedisServerConfig, 'username' | 'password' | 'login'>;

function takeCredentials(env: EnvReader, main: Credentials): void {
  const password = env.text('REDIS_PASSWORD');
  const username = env.text('REDIS_USERNAME');
  if (password !== undefined && main.password !== null) {
    env.report('Both REDIS_URL and REDIS_PASSWORD contain a password: keep it in REDIS_PASSWORD only.');
  }
  if (username !== undefined && main.username !== null) {
    env.report('Both REDIS_URL and REDIS_USERNAME contain a user: keep it in REDIS_USERNAME only.');
  }
  main.password ??= password ?? null;
  main.username ??= username ?? null;
  if (main.login !== null && main.password !== null) {
    const other = password === undefined ? 'REDIS_URL' : 'REDIS_PASSWORD';
    env.report(`Both ${other} and ${variableOf(main.login, 'REDIS')} provide a password: keep one of them.`);
  }
  rejectSecondUser(env, 'REDIS', main);
  if (main.username !== null && main.password === null && main.login === null) {
    const variable = username === undefined ? 'REDIS_URL' : 'REDIS_USERNAME';
    env.report(`${variable} names a user without a password: set REDIS_PASSWORD too.`);
  }
}

/** A separate server for jobs: its user comes from its URL, its password from the URL or from its own source. */
function checkJobsCredentials(env: EnvReader, jobs: Credentials): void {
  if (jobs.login !== null && jobs.password !== null) {
    env.report(
      `Both REDIS_JOBS_URL and ${variableOf(jobs.login, 'REDIS_JOBS')} provide a password: remove it from the URL.`,
    );
  }
  rejectSecondUser(env, 'REDIS_JOBS', jobs);
  if (jobs.username !== null && jobs.password === null && jobs.login === null) {
    env.report(
      'REDIS_JOBS_URL names a user without a password: add it to the URL, or set REDIS_JOBS_PASSWORD_FILE or REDIS_JOBS_PASSWORD_SECRET.',
    );
  }
}

/** A token is valid for one user only. */
function rejectSecondUser(
  env: EnvReader,
  variables: ServerVariables,
  { username, login }: Credentials,
): void {
  if (login?.kind === 'iam' && username !== null)
    env.report(`Only ${variables}_IAM_USER may name the user: remove the other one.`);
}
