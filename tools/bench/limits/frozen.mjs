import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {{ decisionMs: number, admitted: number }} Outage decisionMs: the time until the slowest decision */

/**
 * Freezes Redis and runs more parallel checks than the remaining quota on every limiter.
 *
 * @template {string} Name
 * @param {Record<Name, import('./contenders/contender.mjs').Contender>} limiters
 * @param {{ pid: number, frozenMs: number, before: number, checks: number }} options `before`: admitted checks before, per limiter
 * @returns {Promise<Record<Name, Outage>>}
 */
export async function checkWhileFrozen(limiters, { pid, frozenMs, before, checks }) {
  const entries = /** @type {[Name, import('./contenders/contender.mjs').Contender][]} */ (
    Object.entries(limiters)
  );
  for (const [, { check }] of entries) for (let i = 0; i < before; i += 1) await check('frozen');
  process.kill(pid, 'SIGSTOP');
  const thawed = delay(frozenMs).then(() => process.kill(pid, 'SIGCONT'));
  const outages = await Promise.all(
    entries.map(async ([name, { check }]) => {
      const begin = performance.now();
      const verdicts = await Promise.all(
        // A rejected check admits nothing: Fastify would respond with 500.
        Array.from({ length: checks }, () => check('frozen').catch(() => false)),
      );
      return [name, { decisionMs: performance.now() - begin, admitted: verdicts.filter(Boolean).length }];
    }),
  );
  await thawed;
  return Object.fromEntries(outages);
}
