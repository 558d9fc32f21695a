/**
 * The lifecycle of a process.
 *
 * A signal can arrive while modules still load. An entry point therefore imports only this file, and `start` imports
 * the rest after the signal handlers are registered.
 */

/** Time limit of the stop, in ms. */
const stopLimitMs = 10_000;

/** The argument of `start`. */
export type Startup = {
  /** Aborted as soon as the process has to stop. */
  signal: AbortSignal;
  /**
   * Registers the close function of a resource that was just opened. The stop closes resources in reverse order and
   * does not wait for the current startup step. Throws when the process is already stopping; `close` is still called.
   */
  onStop(name: string, close: () => unknown): void;
};

/** The part of `process` that this file uses. */
export type Host = Pick<NodeJS.Process, 'on' | 'connected'> & {
  exit(code: number): unknown;
  stderr: { write(text: string): unknown };
};

/**
 * Runs `start`, and stops the process on SIGINT, SIGTERM or the close of the IPC channel to the parent. Exits with 0
 * after an orderly stop. Exits with 1 when the start or the stop fails, or when the stop takes longer than 10 s.
 * Ignores further signals during the stop.
 */
export async function runUntilStopped(
  start: (startup: Startup) => Promise<void>,
  host: Host = process,
): Promise<void> {
  const opened: { name: string; close: () => unknown }[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;

  const stop = async (code: number): Promise<void> => {
    if (signal.aborted) return;
    stopping.abort(new Error('The process is stopping.'));
    let exitCode = code;
    let closing = '';
    setTimeout(() => {
      host.stderr.write(`The stop took longer than ${stopLimitMs / 1000} s: ${closing} did not close.\n`);
      host.exit(1);
    }, stopLimitMs).unref();
    for (let newest = opened.pop(); newest !== undefined; newest = opened.pop()) {
      closing = newest.name;
      try {
        await newest.close();
      } catch (error) {
        host.stderr.write(`${closing} failed to close: ${describe(error)}\n`);
        exitCode = 1;
      }
    }
    host.exit(exitCode);
  };

  const stopInOrder = () => void stop(0);
  host.on('SIGINT', stopInOrder);
  host.on('SIGTERM', stopInOrder);
  host.on('disconnect', stopInOrder);
  // The parent may have exited before the handlers were registered.
  if (host.connected === false) stopInOrder();

  try {
    await start({
      signal,
      onStop(name, close) {
        opened.push({ name, close });
        signal.throwIfAborted();
      },
    });
  } catch (error) {
    // The stop closed resources that the current step uses, so its error is expected.
    if (signal.aborted) return;
    host.stderr.write(`${await describeFailedStart(error)}\n`);
    await stop(1);
  }
}

/** The message of a ConfigError is for the operator, so it is printed without a stack trace. */
async function describeFailedStart(error: unknown): Promise<string> {
  const { ConfigError } = await import('@bookedbarber/redis-tier/settings');
  return error instanceof ConfigError ? error.message : describe(error);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\nCaused by: ${describe(error.cause)}`;
}
