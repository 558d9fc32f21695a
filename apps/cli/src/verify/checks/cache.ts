import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { CommandContext } from '../../shared/io.ts';
import type { Site } from '../site.ts';
import { listPath } from './limits.ts';

/**
 * Pauses before further requests: the server may send a response before the cache stores it, and the circuit breaker of
 * a busy server may be open briefly.
 */
const pausesMs = [250, 500, 1000];
const hits = ['local', 'remote', 'stale'];

/** Checks that a second request hits the entry that the first one loaded. */
export async function checkCache(
  site: Site,
  { wait }: Pick<CommandContext, 'wait'>,
): Promise<CheckValue<true>> {
  const sources = [await sourceOf(site), await sourceOf(site)];
  for (const pauseMs of pausesMs) {
    if (sources.at(-1) !== 'miss') break;
    await wait(pauseMs);
    sources.push(await sourceOf(site));
  }
  const detail = `X-Cache: ${sources.map((source) => source ?? 'missing').join(', then ')}`;
  if (sources.includes(undefined)) return { detail, value: true, findings: [headerMissing] };
  const isWarm = hits.includes(sources.at(-1) ?? '');
  return { detail, value: true, findings: isWarm ? [] : [notWarming] };
}

async function sourceOf(site: Site): Promise<string | undefined> {
  const value = (await site.get(listPath)).headers['x-cache'];
  return value === undefined ? undefined : String(value);
}

const headerMissing: Finding = {
  code: 'cache_unknown',
  severity: 'error',
  message: 'The API responses lack the header X-Cache.',
  cause: 'The API denied the request (see the check "limits"), or a proxy removes the header.',
  remediation: 'Make the proxy forward X-Cache, and try again.',
};

const notWarming: Finding = {
  code: 'cache_not_warming',
  severity: 'error',
  message: 'For two seconds, every repetition of a request was loaded from the database.',
  cause: 'CACHE_ENABLED is false, or the server cannot use its Redis.',
  remediation:
    'See the check "health", set CACHE_ENABLED=true, and run bookedbarber doctor on a machine that runs the API.',
};
