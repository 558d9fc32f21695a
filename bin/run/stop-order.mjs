import { stopCommands } from '../setup/command.mjs';
import { watchParent } from './parent-watch.mjs';

/** Thrown at the point that a start has reached when it is told to stop. */
export class StartAbortedError extends Error {}

/**
 * Collects the ways in which this process can be told to stop into one.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ ordered: Promise<string>, orStop: <T>(work: Promise<T>) => Promise<T> }} `ordered` settles with the
 *   reason; `orStop` gives up waiting for a piece of work when the order comes
 */
export function listenForStop(env) {
  /** @type {Promise<string>} */
  const ordered = new Promise((resolve) => {
    let orders = 0;
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        orders += 1;
        // Asked three times, the person does not want to wait. The databases still end in order: their host sees
        // that we are gone.
        if (orders >= 3) process.exit(1);
        resolve(signal);
      });
    }
    watchParent(() => resolve('npm has ended'), { env });
  });
  // A terminal that was closed takes no more output; there is nobody left to tell.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  void ordered.then(stopCommands);
  return {
    ordered,
    orStop: (work) =>
      Promise.race([
        work,
        ordered.then((reason) => {
          throw new StartAbortedError(reason);
        }),
      ]),
  };
}
