/**
 * Runs a process from its first moment to its end.
 *
 * A signal can arrive while the program still loads. An entry therefore imports this file alone, and `start` imports the
 * rest: the handlers are in place before that.
 */

/** Longest time that the stop may take, in ms. */
const stopLimitMs = 10_000;

/** What `start` works with. */
export type Startup = {
  /** Aborted as soon as the process has to stop. */
  signal: AbortSignal;
  /**
   * Registers how to close what the start has just opened. The stop closes the newest first and does not wait for the step
   * of the start that is under way. Throws when the process is stopping already; `close` is called nevertheless.
   */
  onStop(name: string, close: () => unknown): void;
};

/** The part of `process` that this file uses. */
export type Host = Pick<NodeJS.Process, 'on' | 'connected'> & {
  exit(code: number): unknown;
  stderr: { write(text: string): unknown };
};

/**
 * Runs `start`, and stops the process on SIGINT, SIGTERM or, when a parent started it with an IPC channel, the end of that
 * parent. Exits with 0 after an orderly stop. Exits with 1 when the start or the stop fails, or when the stop takes longer
 * than 10 s. Further signals during the stop change nothing.
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
        host.stderr.write(`${closing} did not close in order: ${describe(error)}\n`);
        exitCode = 1;
      }
    }
    host.exit(exitCode);
  };

  const stopInOrder = () => void stop(0);
  host.on('SIGINT', stopInOrder);
  host.on('SIGTERM', stopInOrder);
  host.on('disconnect', stopInOrder);
  // The parent may have ended before the handler was in place.
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
    // The step under way fails when the stop closes what it uses.
    if (signal.aborted) return;
    host.stderr.write(`${await describeFailedStart(error)}\n`);
    await stop(1);
  }
}

/** A wrong setting has a message for the person who starts the process: a stack would hide it. */
async function describeFailedStart(error: unknown): Promise<string> {
  const { ConfigError } = await import('@bookedbarber/redis-tier/settings');
  return error instanceof ConfigError ? error.message : describe(error);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\nCaused by: ${describe(error.cause)}`;
}
