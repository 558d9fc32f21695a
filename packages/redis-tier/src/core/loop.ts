import { timers } from './timers.ts';

/** Work that is repeated at intervals, and immediately when it is woken. */
export type Loop = {
  /** Runs the work now; if it is running, once more afterwards. */
  wake(): void;
  /** Stops the loop and waits for the current run. */
  stop(): Promise<void>;
};

export type LoopOptions = {
  /** Pause between two runs, in ms. */
  everyMs: number;
  /** Called when a run fails; the loop continues. */
  onError: (error: unknown) => void;
};

/** Starts immediately. Runs never overlap. */
export function startLoop(work: () => Promise<unknown>, { everyMs, onError }: LoopOptions): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  async function run(): Promise<void> {
    do {
      again = false;
      try {
        await work();
      } catch (error) {
        onError(error);
      }
    } while (again && !stopped);
    running = undefined;
    if (!stopped) timer = timers.setTimeout(start, everyMs);
  }

  function start(): void {
    timers.clearTimeout(timer);
    running = run();
  }

  start();
  return {
    wake() {
      if (stopped) return;
      if (running === undefined) start();
      else again = true;
    },
    async stop() {
      stopped = true;
      timers.clearTimeout(timer);
      await running;
    },
  };
}
