import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { CommandContext } from '../../shared/io.ts';
import type { Site } from '../site.ts';
import { listPath } from './limits.ts';

/**
 * Pauses before further requests: what is loaded is stored while its answer is on its way already, and a busy server may
 * have given up on its Redis for a moment.
 */
const pausesMs = [250, 500, 1000];
const hits = ['local', 'remote', 'stale'];

/** Whether a second request finds what the first one loaded. */
export async function checkCache(
  site: Site,
  { wait }: Pick<CommandContext, 'wait'>,
): Promise<CheckValue<true>> {
  const seen = [await sourceOf(site), await sourceOf(site)];
  for (const pauseMs of pausesMs) {
    if (seen.at(-1) !== 'miss') break;
    await wait(pauseMs);
    seen.push(await sourceOf(site));
  }
  const told = seen.map((source) => source ?? 'nothing').join(', then ');
  const detail = `X-Cache: ${told}`;
  if (seen.includes(undefined)) return { detail, value: true, findings: [headerMissing] };
  const isWarm = hits.includes(seen.at(-1) ?? '');
  return { detail, value: true, findings: isWarm ? [] : [notWarming] };
}

async function sourceOf(site: Site): Promise<string | undefined> {
  const value = (await site.get(listPath)).headers['x-cache'];
  return value === undefined ? undefined : String(value);
}

const headerMissing: Finding = {
  code: 'cache_unknown',
  severity: 'error',
  message: 'The API does not say where its answers come from (X-Cache).',
  cause: 'It refused the request (see the check "limits"), or a proxy in between takes the header out.',
  remediation: 'Let the proxy pass X-Cache on, and try again.',
};

const notWarming: Finding = {
  code: 'cache_not_warming',
  severity: 'error',
  message: 'The same request was loaded from the database each time, for two seconds.',
  cause: 'CACHE_ENABLED is false, or the server cannot use its Redis.',
  remediation:
    'See the check "health"; set CACHE_ENABLED=true; run bookedbarber doctor on a machine of the API.',
};
