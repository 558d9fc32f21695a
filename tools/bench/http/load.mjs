import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../../dev/setup/user-error.mjs';

const loadProcess = fileURLToPath(new URL('load-process.mjs', import.meta.url));

/** Time at the begin and the end of a slice that is not measured, in ms: new connections, compilation, the CPU time query. */
const headMs = 60;
const sliceMs = 300;
const graceMs = 60_000;

/** @typedef {{ app: Pick<import('./apps.mjs').App, 'cpuUs'>, url: string, callers?: number }} MeasuredTarget callers: the number of client addresses, default 0: none */
/** @typedef {{ cpuUs: number, perSecond: number }} Slice cpuUs: CPU time of the app's process per response */
/** @typedef {{ at: 'begin' | 'end' | 'over', index: number, responses: number, failures: number }} Mark failures: errors and responses other than 200 */

/**
 * Loads the targets in turns of a third of a second, in forward and then in reverse order, so that other load on the
 * machine affects all of them. The first cycle is not counted.
 *
 * @param {readonly MeasuredTarget[]} measured
 * @param {{ connections: number, cycles: number }} options
 * @returns {Promise<Slice[][]>} the slices of each target
 * @throws {UserError} when a response is not a 200 or the load process exits early
 */
export async function loadInTurns(measured, { connections, cycles }) {
  const targets = measured.map(({ url, callers = 0 }) => ({ url, callers }));
  const order = { targets, connections, headMs, sliceMs, cycles: cycles + 1 };
  const child = spawn(process.execPath, [loadProcess, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const signal = AbortSignal.timeout(
    2 * targets.length * (cycles + 1) * (2 * headMs + sliceMs) * 2 + graceMs,
  );
  /** @type {Slice[][]} */
  const slices = measured.map(() => []);
  /** @type {{ responses: number, cpuUs: number, ms: number } | undefined} */
  let begin;
  let failed = 0;
  try {
    for await (const [mark] of on(child, 'message', { signal, close: ['exit'] })) {
      const { at, index, responses, failures } = /** @type {Mark} */ (mark);
      failed = failures;
      const target = measured[index];
      if (at === 'over' || target === undefined) break;
      const now = { responses, ms: performance.now(), cpuUs: await target.app.cpuUs() };
      if (at === 'begin') begin = now;
      else if (begin !== undefined) {
        const count = responses - begin.responses;
        const perSecond = (count / (now.ms - begin.ms)) * 1000;
        slices[index]?.push({ cpuUs: (now.cpuUs - begin.cpuUs) / count, perSecond });
      }
    }
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
  if (failed > 0) throw new UserError(`${failed} requests under load failed or had a status other than 200.`);
  if (slices.some((all) => all.length !== 2 * (cycles + 1)))
    throw new UserError('The load process exited early.');
  return slices.map((all) => all.slice(2));
}
