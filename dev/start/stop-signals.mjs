import { watchParent } from '../setup/watch-parent.mjs';

/** Thrown where a start was interrupted by a signal. */
export class Stopped extends Error {}

/** @typedef {ReturnType<typeof listenForStop>} Stop */

/** Installs the handlers of the stop signals and watches the parent process. */
export function listenForStop() {
  /** Resolves when this process receives a stop signal or npm has exited. @type {Promise<void>} */
  const requested = new Promise((resolve) => {
    let signals = 0;
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        signals += 1;
        // The third signal exits immediately. The watchdog still stops the servers in order.
        if (signals >= 3) process.exit(1);
        resolve();
      });
    }
    watchParent(resolve);
  });
  // Ignores write errors after the terminal was closed.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return {
    requested,
    /**
     * Waits until the work is done or a stop is requested.
     *
     * @template T
     * @param {Promise<T>} work
     * @returns {Promise<T>}
     * @throws {Stopped}
     */
    orStop(work) {
      const stopped = requested.then(() => {
        throw new Stopped();
      });
      return Promise.race([work, stopped]);
    },
  };
}
