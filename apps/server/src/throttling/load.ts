/**
 * How much more than it can do this process has to do: by how late its event loop is, and by how long work waits for a
 * connection to the database. Both are zero for a process that keeps up, however much it does.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What is shed: reports first, then what waits best, then everything but health. */
export type LoadLevel = 'normal' | 'busy' | 'overloaded' | 'full';

export type Load = {
  /** Mean lateness of the event loop over the last quarter of a second, in ms. */
  readonly loopDelayMs: number;
  /** How long the one that waits longest for a connection has waited, in ms; 0 when nobody does. */
  readonly databaseWaitMs: number;
  readonly loop: LoadLevel;
  readonly database: LoadLevel;
  /** The worse of the two. */
  readonly level: LoadLevel;
};

export type LoadMonitor = {
  now(): Load;
  /** What came before counts no longer: to start takes the loop for seconds, and says nothing of how it serves. */
  forget(): void;
  close(): void;
};

const levels = ['normal', 'busy', 'overloaded', 'full'] as const;

/** From where on a level holds, in ms. A loop that is so late on average serves nobody in time. */
const loopFromMs = { busy: 150, overloaded: 300, full: 1000 };
/** Below the ten seconds after which a wait for a connection is given up. */
export const databaseFromMs = { busy: 250, overloaded: 500, full: 2000 };

/** Of the histogram; its own share of every delay. */
const resolutionMs = 20;
const everyMs = 250;
/** A level is left one by one, each after so many samples that are below it. */
const recoverySamples = 4;

/** `databaseWaitMs`: asked whenever the load is. */
export function monitorLoad({ databaseWaitMs }: { databaseWaitMs: () => number }): LoadMonitor {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  const loop = createLevel(loopFromMs);
  let loopDelayMs = 0;
  const timer = setInterval(() => {
    const { mean } = histogram;
    histogram.reset();
    loopDelayMs = Number.isNaN(mean) ? 0 : Math.max(0, mean / 1e6 - resolutionMs);
    loop.sample(loopDelayMs);
  }, everyMs).unref();
  return {
    now() {
      const waitMs = databaseWaitMs();
      const database = levelOf(waitMs, databaseFromMs);
      return {
        loopDelayMs,
        databaseWaitMs: waitMs,
        loop: loop.level,
        database,
        level: isAtLeast(loop.level, database) ? loop.level : database,
      };
    },
    forget(): void {
      histogram.reset();
      loopDelayMs = 0;
      loop.forget();
    },
    close(): void {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

/** A level that rises at once and falls slowly, so that a process at the edge does not turn people away by turns. */
export function createLevel(from: typeof loopFromMs) {
  let level: LoadLevel = 'normal';
  let calm = 0;
  return {
    get level(): LoadLevel {
      return level;
    },
    forget(): void {
      level = 'normal';
      calm = 0;
    },
    sample(ms: number): void {
      const sampled = levelOf(ms, from);
      if (isAtLeast(sampled, level)) {
        level = sampled;
        calm = 0;
        return;
      }
      calm += 1;
      if (calm < recoverySamples) return;
      level = levels[levels.indexOf(level) - 1] ?? 'normal';
      calm = 0;
    },
  };
}

/** Whether a level is another one or worse. */
export function isAtLeast(level: LoadLevel, other: LoadLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(other);
}

function levelOf(ms: number, from: typeof loopFromMs): LoadLevel {
  if (ms >= from.full) return 'full';
  if (ms >= from.overloaded) return 'overloaded';
  return ms >= from.busy ? 'busy' : 'normal';
}
