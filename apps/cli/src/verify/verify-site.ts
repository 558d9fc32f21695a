import { type CheckListener, CheckLog, type CheckResult } from '../checks/check-log.ts';
import type { Surroundings } from '../surroundings.ts';
import { type SiteCheck, siteChecks } from './checks.ts';
import type { Site } from './site.ts';
import { checkCache } from './site-cache.ts';
import { checkMailbox, checkOperators } from './site-closed-doors.ts';
import { checkSiteEncryption } from './site-encryption.ts';
import { checkHeaders } from './site-headers.ts';
import { checkAlive, checkHealth, checkReady } from './site-health.ts';
import { checkLimits } from './site-limits.ts';

/** Looks at a deployment from outside, as any visitor could. */
export async function verifySite(
  site: Site,
  surroundings: Pick<Surroundings, 'nowMs' | 'wait'>,
  listener: CheckListener,
): Promise<readonly CheckResult[]> {
  const log = new CheckLog<SiteCheck>(listener);
  const isOpen = await log.run('encryption', () => checkSiteEncryption(site, surroundings.nowMs()));
  if (isOpen && (await log.run('alive', () => checkAlive(site)))) {
    await log.run('ready', () => checkReady(site));
    await log.run('health', () => checkHealth(site, surroundings));
    await log.run('headers', () => checkHeaders(site));
    await log.run('cache', () => checkCache(site, surroundings));
    await log.run('limits', () => checkLimits(site));
    await log.run('operators', () => checkOperators(site));
    await log.run('mailbox', () => checkMailbox(site));
  }
  const done = new Set(log.results.map(({ check }) => check));
  log.skip(
    siteChecks.filter((check) => !done.has(check)),
    'not reached',
  );
  return log.results;
}
