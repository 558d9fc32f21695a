import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 5;

/**
 * Waits for a condition.
 *
 * @throws Error after `withinMs`, which says what was waited for
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await delay(lookEveryMs);
  }
}
