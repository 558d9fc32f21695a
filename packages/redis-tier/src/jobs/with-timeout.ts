import { timers } from '../core/internal.ts';

/** Waits for `work` for at most `ms`. Rejects only when `work` rejects in time. */
export async function withTimeout(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = timers.setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, timeUp]);
  } finally {
    timers.clearTimeout(timer);
  }
}
