import { CacheHealth, Liveness, Readiness } from '@bookedbarber/contract';
import type { TSchema } from 'typebox';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CommandContext } from '../../shared/io.ts';
import { accepts, fits } from '../../shop/setup/check-against.ts';
import { jsonOf, type Site, type SiteResponse } from '../site.ts';

/** Checks that a BookedBarber server responds. */
export async function checkAlive(site: Site): Promise<CheckValue<true>> {
  const response = await site.get('/healthz');
  if (!matches(Liveness, response)) {
    throw new CheckFailedError({
      code: 'not_the_server',
      message: `The service at ${site.url.origin} is not a BookedBarber server (/healthz: ${response.status}).`,
      cause:
        'The URL belongs to another service, or a proxy responds because it has no server to forward to.',
      remediation: 'Check the URL. For a load balancer, check the health of its targets and its rules.',
    });
  }
  return { detail: '/healthz responds', value: true };
}

/** Checks that the server is ready, which requires its database. */
export async function checkReady(site: Site): Promise<CheckValue<true>> {
  const response = await site.get('/readyz');
  if (matches(Readiness, response)) return { detail: '/readyz: ready', value: true };
  return { detail: '', value: true, findings: [notReady(response.status)] };
}

function notReady(status: number): Finding {
  return {
    code: 'not_ready',
    severity: 'error',
    message: `The server is not ready (/readyz: ${status}).`,
    cause: 'Its database does not respond within 2 s.',
    remediation:
      'Check that PostgreSQL is running, and check DATABASE_URL and the security group of the database.',
  };
}

/** The server samples Redis once a second. A single late reply is not an outage. */
const nextSampleMs = 1500;

/** Checks the five fields of the health report (setup guide) and their values. */
export async function checkHealth(
  site: Site,
  { wait }: Pick<CommandContext, 'wait'>,
): Promise<CheckValue<true>> {
  let health = await readHealth(site);
  if (!isHealthy(health)) {
    await wait(nextSampleMs);
    health = await readHealth(site);
  }
  if (!isHealthy(health)) return { detail: '', value: true, findings: [redisUnavailable] };
  const { status, hit_rate, memory_usage, connections } = health;
  const detail = `${status}, hit rate ${hit_rate}, memory ${memory_usage}, ${connections} connections`;
  return { detail, value: true };
}

async function readHealth(site: Site): Promise<CacheHealth> {
  const response = await site.get('/api/v1/cache/health');
  const health = jsonOf(response);
  if (response.status === 200 && fits(CacheHealth, health)) return health;
  throw new CheckFailedError({
    code: 'health_wrong',
    message: `/api/v1/cache/health does not return the documented report (${response.status}).`,
    cause:
      'The report must contain exactly status, redis_available, hit_rate, memory_usage and connections: the deployment runs another version of the server, or a proxy responds.',
    remediation: 'Deploy this version, and make the proxy forward /api/ unchanged.',
  });
}

function isHealthy({ status, redis_available }: CacheHealth): boolean {
  return redis_available && status === 'healthy';
}

const redisUnavailable: Finding = {
  code: 'redis_unavailable',
  severity: 'error',
  message: 'The server runs without Redis (degraded).',
  cause:
    'Redis is unreachable, or REDIS_URL is not set. Booking still works, without a cache and with limits counted per process.',
  remediation: 'Run bookedbarber doctor on a machine that runs the API: it shows which step fails.',
};

function matches(schema: TSchema, response: SiteResponse): boolean {
  return response.status === 200 && accepts(schema, jsonOf(response));
}
