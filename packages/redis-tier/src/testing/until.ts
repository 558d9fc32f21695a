import { setTimeout as delay } from 'node:timers/promises';

const [minPauseMs, maxPauseMs] = [5, 50];
const maxValueLength = 2000;

export type UntilOptions = {
  /** A busy machine may suspend a process for seconds, so the default of 60,000 says nothing about speed. */
  readonly timeoutMs?: number;
};

/**
 * Polls until `accepts` accepts a value of `read`, and returns that value. The pauses grow, so that polling does not
 * slow down a long operation.
 *
 * @param accepts default: the value is truthy
 * @throws Error after `timeoutMs` that names `what` and the last value; errors of `read` are passed on
 */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  accepts: (value: T) => boolean = Boolean,
  { timeoutMs = 60_000 }: UntilOptions = {},
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (let pauseMs = minPauseMs; ; pauseMs = Math.min(1.3 * pauseMs, maxPauseMs)) {
    const value = await read();
    if (accepts(value)) return value;
    if (performance.now() > endMs)
      throw new Error(`Not within ${timeoutMs} ms: ${what}. The last value: ${written(value)}`);
    await delay(pauseMs);
  }
}

function written(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)} ...` : text;
}
