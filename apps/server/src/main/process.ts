/** Longest time that stopping may take before the process gives up waiting, in ms. */
const stopWithinMs = 10_000;

type Stop = () => Promise<void>;

/**
 * Runs a process until SIGINT, SIGTERM or, for a process that was started with an IPC channel, the end of its parent.
 * Errors of the kind `expected` are told without a stack: they are for the person who starts the process.
 */
export async function runUntilStopped(start: () => Promise<Stop>, expected: new (...args: never[]) => Error) {
  let stop: Stop;
  try {
    stop = await start();
  } catch (error) {
    process.stderr.write(`${error instanceof expected ? error.message : describe(error)}\n`);
    process.exit(1);
  }
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${describe(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('disconnect', end);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
