import { poll } from '../setup/poll.mjs';
import { describeError } from '../setup/trouble.mjs';
import { Backoff } from './backoff.mjs';

/**
 * @template {{ exited: Promise<string> }} T
 * @typedef {object} Keeping
 * @property {string} name
 * @property {(last: T | undefined, signal: AbortSignal) => Promise<T>} start resolves when it answers; `last` is the
 *   one that ended, for its port; the signal says that nobody waits any more
 * @property {(running: T) => Promise<void>} stop
 * @property {(ended: T) => string} [lastLogLines] what it wrote before it ended
 * @property {(running: T) => void} [onUp] it answers, also after a restart
 * @property {(message: string) => void} onWarning it ended and is started again
 * @property {(message: string) => void} onGaveUp it ended again and again
 */

/**
 * Starts something and starts it again when it ends by itself.
 *
 * @template {{ exited: Promise<string> }} T
 * @param {Keeping<T>} keeping
 * @returns {{ started: Promise<void>, stop: () => Promise<void> }} `started` rejects when the first start fails; that
 *   one is not tried again, since its reason is rarely one that passes
 */
export function supervise({ name, start, stop, lastLogLines, onUp, onWarning, onGaveUp }) {
  const backoff = new Backoff();
  const stopping = new AbortController();
  /** @type {T | undefined} */
  let running;
  /** @type {Promise<void>} */
  let restarting = Promise.resolve();

  const launch = async (/** @type {T | undefined} */ last) => {
    const launched = await start(last, stopping.signal);
    running = launched;
    onUp?.(launched);
    void launched.exited.then((how) => {
      running = undefined;
      if (!stopping.signal.aborted) restarting = restart(launched, how);
    });
  };

  const restart = async (/** @type {T} */ last, /** @type {string} */ how) => {
    const words = lastLogLines === undefined ? '' : ` Its last words:\n${lastLogLines(last)}`;
    let cause = `ended (${how}).${words}`;
    for (;;) {
      const waitMs = backoff.next();
      if (waitMs === undefined) {
        onGaveUp(`${name} ${cause}\nIt has ended too often.`);
        return;
      }
      onWarning(`${name} ${cause}\nStarting it again in ${waitMs} ms.`);
      await poll(() => stopping.signal.aborted || undefined, { withinMs: waitMs });
      if (stopping.signal.aborted) return;
      try {
        await launch(last);
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        cause = `could not be started: ${describeError(error)}`;
      }
    }
  };

  const started = launch(undefined);
  return {
    started,
    stop: async () => {
      stopping.abort();
      await Promise.allSettled([started, restarting]);
      if (running !== undefined) await stop(running);
    },
  };
}
