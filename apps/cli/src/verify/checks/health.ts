import { CacheHealth, Liveness, Readiness } from '@bookedbarber/contract';
import type { TSchema } from 'typebox';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError, type Finding } from '../../shared/checks/finding.ts';
import type { CommandContext } from '../../shared/io.ts';
import { accepts, fits } from '../../shop/setup/check-against.ts';
import { type Answer, jsonOf, type Site } from '../site.ts';

/** Whether a BookedBarber server answers at all. */
export async function checkAlive(site: Site): Promise<CheckValue<true>> {
  const answer = await site.get('/healthz');
  if (!isAs(Liveness, answer)) {
    throw new CheckFailedError({
      code: 'not_the_server',
      message: `What answers at ${site.url.origin} is no BookedBarber server (/healthz: ${answer.status}).`,
      cause: 'The address belongs to another service, or a proxy answers because it has no server behind it.',
      remediation:
        'Check the address; behind a load balancer look at the health of its targets and its rules.',
    });
  }
  return { detail: '/healthz answers', value: true };
}

/** Whether it can serve: its database answers. */
export async function checkReady(site: Site): Promise<CheckValue<true>> {
  const answer = await site.get('/readyz');
  if (isAs(Readiness, answer)) return { detail: '/readyz: ready', value: true };
  return { detail: '', value: true, findings: [notReady(answer.status)] };
}

function notReady(status: number): Finding {
  return {
    code: 'not_ready',
    severity: 'error',
    message: `The server cannot serve at the moment (/readyz: ${status}).`,
    cause: 'Its database does not answer within 2 s.',
    remediation: 'Check DATABASE_URL and the security group of the database, and that PostgreSQL runs.',
  };
}

/** The server samples its Redis once a second, and one late answer is no outage. */
const nextSampleMs = 1500;

/** The report of the guide: its five fields, and what they say. */
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
  const answer = await site.get('/api/v1/cache/health');
  const health = jsonOf(answer);
  if (answer.status === 200 && fits(CacheHealth, health)) return health;
  throw new CheckFailedError({
    code: 'health_wrong',
    message: `/api/v1/cache/health does not answer as the guide says (${answer.status}).`,
    cause:
      'It wants exactly status, redis_available, hit_rate, memory_usage and connections: another version of the server runs there, or a proxy answers.',
    remediation: 'Deploy this version, and let the proxy pass /api/ on as it is.',
  });
}

function isHealthy({ status, redis_available }: CacheHealth): boolean {
  return redis_available && status === 'healthy';
}

const redisUnavailable: Finding = {
  code: 'redis_unavailable',
  severity: 'error',
  message: 'The server runs without Redis: degraded.',
  cause:
    'It cannot reach its Redis, or REDIS_URL is not set. Bookings go on, without a cache and with limits of each process alone.',
  remediation: 'Run bookedbarber doctor on a machine of the API: it says which step fails.',
};

function isAs(schema: TSchema, answer: Answer): boolean {
  return answer.status === 200 && accepts(schema, jsonOf(answer));
}
