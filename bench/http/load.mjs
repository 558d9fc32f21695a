import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Trouble } from '../../bin/setup/trouble.mjs';

const callersProcess = fileURLToPath(new URL('load-process.mjs', import.meta.url));
const graceMs = 30_000;

/** @typedef {{ answers: number, perSecond: number, cpuUs: number }} Load cpuUs: CPU time of the app, for all of the answers */
/** @typedef {{ at: 'begin' | 'end', answers: number, others: number }} Mark others: of the answers, those that are no 200 */

/**
 * Asks one address of an app as fast as it answers, and tells what that cost the app while it was well under way.
 *
 * @param {Pick<import('./apps.mjs').App, 'cpuUs'>} app
 * @param {string} url
 * @param {{ connections: number, seconds: number, callers?: number }} options `callers`: so many addresses, which a proxy tells
 * @returns {Promise<Load>}
 */
export async function load(app, url, { connections, seconds, callers = 0 }) {
  const args = [callersProcess, url, connections, seconds, callers].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  /** @returns {Promise<Mark & { cpuUs: number, ms: number }>} */
  const nextMark = async () => {
    const signal = AbortSignal.timeout(seconds * 1000 + graceMs);
    const first = await Promise.race([once(child, 'message', { signal }), ended.then(() => null)]);
    if (first === null) throw new Trouble(`The load on ${url} broke off.`);
    return { ...first[0], ms: performance.now(), cpuUs: await app.cpuUs() };
  };
  try {
    const begin = await nextMark();
    const end = await nextMark();
    if (end.others > 0)
      throw new Trouble(`${url} gave ${end.others} answers under load that are no 200, or none at all.`);
    const answers = end.answers - begin.answers;
    return { answers, perSecond: (answers / (end.ms - begin.ms)) * 1000, cpuUs: end.cpuUs - begin.cpuUs };
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
}
