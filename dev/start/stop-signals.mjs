import { watchParent } from '../setup/watch-parent.mjs';

/** Thrown where a start was interrupted by a signal. */
export class Stopped extends Error {}

/** @typedef {ReturnType<typeof listenForStop>} Stop */

/** Installs the handlers for everything that tells this process to stop. */
export function listenForStop() {
  /** Settles when the process was told to stop. @type {Promise<void>} */
  const requested = new Promise((resolve) => {
    let signals = 0;
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        signals += 1;
        // A user who asks three times does not want to wait. The watchdog still stops the servers in order.
        if (signals >= 3) process.exit(1);
        resolve();
      });
    }
    watchParent(resolve);
  });
  // A closed terminal takes no more output.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return {
    requested,
    /**
     * Waits for work until it is done or the process is told to stop.
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
