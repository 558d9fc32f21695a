import { setTimeout as delay } from 'node:timers/promises';

const [minPauseMs, maxPauseMs] = [5, 50];
const maxAnswerLength = 2000;

export type UntilOptions = {
  /** A busy machine may hold a process up for seconds, so this is no promise about speed. Default 60,000. */
  readonly withinMs?: number;
};

/**
 * Polls until `accepts` takes what `ask` answers, and returns that answer. The pauses grow, so that a long wait does not
 * slow down what it waits for.
 *
 * @param accepts default: the answer is truthy
 * @throws Error after `withinMs` that names `what` and the last answer; what `ask` throws passes through
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  accepts: (answer: T) => boolean = Boolean,
  { withinMs = 60_000 }: UntilOptions = {},
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (let pauseMs = minPauseMs; ; pauseMs = Math.min(1.3 * pauseMs, maxPauseMs)) {
    const answer = await ask();
    if (accepts(answer)) return answer;
    if (performance.now() > endMs)
      throw new Error(`Not within ${withinMs} ms: ${what}. The last answer: ${written(answer)}`);
    await delay(pauseMs);
  }
}

function written(answer: unknown): string {
  const text = JSON.stringify(answer) ?? String(answer);
  return text.length > maxAnswerLength ? `${text.slice(0, maxAnswerLength)} ...` : text;
}
