import { timers } from '../core/internal.ts';

/**
 * Batches calls into statements: the calls of one event loop turn form a batch, and the calls made while a statement
 * runs form the next one. A single call is sent without delay.
 *
 * `send` gets at most `maxBatch` calls and returns their results in the same order. When it rejects, the calls of
 * that batch reject.
 */
export function createBatcher<Call, Result>(
  maxBatch: number,
  send: (calls: readonly Call[]) => Promise<readonly Result[]>,
): (call: Call) => Promise<Result> {
  type Waiting = { call: Call; resolve: (result: Result) => void; reject: (error: unknown) => void };
  const waiting: Waiting[] = [];
  let sending = false;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxBatch);
      try {
        const results = await send(batch.map(({ call }) => call));
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    sending = false;
  }

  return (call) =>
    new Promise((resolve, reject) => {
      waiting.push({ call, resolve, reject });
      if (sending) return;
      sending = true;
      // Runs after the other callbacks of this turn, which may add calls.
      timers.setImmediate(() => void sendAll());
    });
}
