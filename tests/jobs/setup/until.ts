import { poll } from '../../../dev/setup/poll.mjs';

/** Waits until `ask` gives what `wanted` accepts. Throws with the last answer when that takes too long. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  wanted: (answer: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  let last: T | undefined;
  const found = await poll(
    async () => {
      last = await ask();
      return wanted(last) ? { answer: last } : undefined;
    },
    { withinMs, everyMs: 20 },
  );
  if (found === undefined)
    throw new Error(`${what}: not within ${withinMs} ms, at last ${JSON.stringify(last)}`);
  return found.answer;
}
