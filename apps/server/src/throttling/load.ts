/**
 * Measures overload of this process by the delay of its event loop and by the wait for a database connection. Both are
 * zero in a process that keeps up with its work, at any throughput.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** See shedding.ts for the work that is rejected at each level. */
export type LoadLevel = 'normal' | 'busy' | 'overloaded' | 'full';

export type Load = {
  /** Mean delay of the event loop over the last quarter of a second, in ms. */
  readonly loopDelayMs: number;
  /** Longest current wait for a database connection, in ms; 0 if none. */
  readonly databaseWaitMs: number;
  readonly loop: LoadLevel;
  readonly database: LoadLevel;
  /** The worse of the two. */
  readonly level: LoadLevel;
};

export type LoadMonitor = {
  now(): Load;
  /** Discards past samples. Call it after startup, which blocks the event loop for seconds without serving requests. */
  reset(): void;
  close(): void;
};

const levels = ['normal', 'busy', 'overloaded', 'full'] as const;

/** Lowest mean delay of each level, in ms. */
const loopThresholdsMs = { busy: 150, overloaded: 300, full: 1000 };
/** Lowest wait of each level, in ms. All are below the connection timeout of ten seconds. */
export const databaseThresholdsMs = { busy: 250, overloaded: 500, full: 2000 };

/** Resolution of the histogram. Every measured delay includes it. */
const resolutionMs = 20;
const sampleIntervalMs = 250;
/** Consecutive samples below a level after which it falls by one. */
const recoverySamples = 4;

/** `databaseWaitMs` is read on each call of `now`. */
export function monitorLoad({ databaseWaitMs }: { databaseWaitMs: () => number }): LoadMonitor {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  const loop = createLoadLevel(loopThresholdsMs);
  let loopDelayMs = 0;
  const timer = setInterval(() => {
    const { mean } = histogram;
    histogram.reset();
    loopDelayMs = Number.isNaN(mean) ? 0 : Math.max(0, mean / 1e6 - resolutionMs);
    loop.sample(loopDelayMs);
  }, sampleIntervalMs).unref();
  return {
    now() {
      const waitMs = databaseWaitMs();
      const database = levelOf(waitMs, databaseThresholdsMs);
      return {
        loopDelayMs,
        databaseWaitMs: waitMs,
        loop: loop.level,
        database,
        level: isAtLeast(loop.level, database) ? loop.level : database,
      };
    },
    reset(): void {
      histogram.reset();
      loopDelayMs = 0;
      loop.reset();
    },
    close(): void {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

/**
 * A level that rises immediately and falls slowly, so that a process near a threshold does not alternate between
 * levels.
 */
export function createLoadLevel(thresholdsMs: typeof loopThresholdsMs) {
  let level: LoadLevel = 'normal';
  let samplesBelow = 0;
  return {
    get level(): LoadLevel {
      return level;
    },
    reset(): void {
      level = 'normal';
      samplesBelow = 0;
    },
    sample(ms: number): void {
      const sampled = levelOf(ms, thresholdsMs);
      if (isAtLeast(sampled, level)) {
        level = sampled;
        samplesBelow = 0;
        return;
      }
      samplesBelow += 1;
      if (samplesBelow < recoverySamples) return;
      level = levels[levels.indexOf(level) - 1] ?? 'normal';
      samplesBelow = 0;
    },
  };
}

/** Whether `level` is the same as `other` or worse. */
export function isAtLeast(level: LoadLevel, other: LoadLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(other);
}

function levelOf(ms: number, thresholdsMs: typeof loopThresholdsMs): LoadLevel {
  if (ms >= thresholdsMs.full) return 'full';
  if (ms >= thresholdsMs.overloaded) return 'overloaded';
  return ms >= thresholdsMs.busy ? 'busy' : 'normal';
}
