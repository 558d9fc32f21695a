import { type CheckListener, CheckLog, type CheckResult } from '../shared/checks/check-log.ts';
import type { CommandContext } from '../shared/io.ts';
import { type SiteCheck, siteChecks } from './check-list.ts';
import { checkMailbox, checkOperators } from './checks/access-control.ts';
import { checkCache } from './checks/cache.ts';
import { checkHeaders } from './checks/headers.ts';
import { checkAlive, checkHealth, checkReady } from './checks/health.ts';
import { checkLimits } from './checks/limits.ts';
import { checkSiteEncryption } from './checks/tls.ts';
import type { Site } from './site.ts';

/** Runs all checks of a deployment. Skips the checks after a failed connection. */
export async function verifySite(
  site: Site,
  context: Pick<CommandContext, 'nowMs' | 'wait'>,
  listener: CheckListener,
): Promise<readonly CheckResult[]> {
  const log = new CheckLog<SiteCheck>(listener);
  const isOpen = await log.run('encryption', () => checkSiteEncryption(site, context.nowMs()));
  if (isOpen && (await log.run('alive', () => checkAlive(site)))) {
    await log.run('ready', () => checkReady(site));
    await log.run('health', () => checkHealth(site, context));
    await log.run('headers', () => checkHeaders(site));
    await log.run('cache', () => checkCache(site, context));
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
