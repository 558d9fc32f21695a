import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../../dev/setup/user-error.mjs';

const loadProcess = fileURLToPath(new URL('load-process.mjs', import.meta.url));

/** New connections and what is compiled while it is first used are not measured, nor is the end, in ms. */
const headMs = 60;
const sliceMs = 300;
const graceMs = 60_000;

/** @typedef {{ app: Pick<import('./apps.mjs').App, 'cpuUs'>, url: string, callers?: number }} Subject what is asked for, of whom, and by how many callers */
/** @typedef {{ cpuUs: number, perSecond: number }} Slice cpuUs: CPU time of one answer in the process of the app */
/** @typedef {{ at: 'begin' | 'end' | 'over', index: number, answers: number, others: number }} Mark others: of the answers, those that are no 200 */

/**
 * Asks each subject in turns of a third of a second, there and back: what is compared has the same moment of the machine.
 * Gives the slices of each; the first cycle is not counted.
 *
 * @param {readonly Subject[]} subjects
 * @param {{ connections: number, cycles: number }} options
 * @returns {Promise<Slice[][]>}
 */
export async function loadInTurns(subjects, { connections, cycles }) {
  const targets = subjects.map(({ url, callers = 0 }) => ({ url, callers }));
  const order = { targets, connections, headMs, sliceMs, cycles: cycles + 1 };
  const child = spawn(process.execPath, [loadProcess, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const signal = AbortSignal.timeout(
    2 * targets.length * (cycles + 1) * (2 * headMs + sliceMs) * 2 + graceMs,
  );
  /** @type {Slice[][]} */
  const slices = subjects.map(() => []);
  /** @type {{ answers: number, cpuUs: number, ms: number } | undefined} */
  let begin;
  let others = 0;
  try {
    for await (const [mark] of on(child, 'message', { signal, close: ['exit'] })) {
      const { at, index, answers, others: wrong } = /** @type {Mark} */ (mark);
      others = wrong;
      const subject = subjects[index];
      if (at === 'over' || subject === undefined) break;
      const now = { answers, ms: performance.now(), cpuUs: await subject.app.cpuUs() };
      if (at === 'begin') begin = now;
      else if (begin !== undefined) {
        const count = answers - begin.answers;
        const perSecond = (count / (now.ms - begin.ms)) * 1000;
        slices[index]?.push({ cpuUs: (now.cpuUs - begin.cpuUs) / count, perSecond });
      }
    }
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
  if (others > 0) throw new UserError(`${others} answers under load were no 200, or none at all.`);
  if (slices.some((all) => all.length !== 2 * (cycles + 1))) throw new UserError('The load broke off.');
  return slices.map((all) => all.slice(2));
}
