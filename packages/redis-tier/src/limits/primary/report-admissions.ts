/** Reports pending consumptions to the server as soon as it responds again, before later checks. */
import type { CircuitBreaker } from '../../connection/internal.ts';
import type { Script, ScriptClient } from '../check/run-script.ts';
import { callCheckScript, toCalls } from '../check/script-call.ts';
import type { PendingConsumption, PendingConsumptions } from '../local/pending-consumptions.ts';

/** Pause after a failed report, in ms, while the server responds to other commands: it may be full. */
const retryMs = 1000;

export type ConsumptionReporterOptions = {
  client: ScriptClient;
  breaker: CircuitBreaker;
  script: Script;
  pendingConsumption: PendingConsumptions;
  nowMs: () => number;
};

export type ConsumptionReporter = {
  /** Sends all pending consumptions immediately, because the server is available again. */
  flush(): void;
  /** The server has replied to something. */
  onReply(): void;
};

export function createConsumptionReporter({
  client,
  breaker,
  script,
  pendingConsumption,
  nowMs,
}: ConsumptionReporterOptions): ConsumptionReporter {
  let underWay = 0;
  let notBeforeMs = 0;

  function flush(): void {
    for (const part of toCalls(pendingConsumption.take(), client.isCluster)) void report(part);
  }

  async function report(part: readonly PendingConsumption[]): Promise<void> {
    underWay += 1;
    try {
      await breaker.send((isWaiting) => {
        const now = nowMs();
        const sent = callCheckScript(
          client,
          script,
          // A lower age is safe, a higher one is not: the age is rounded down to whole ms.
          part.map(({ redisKey, windows, cost, atMs }) => ({
            redisKey,
            windows,
            cost,
            ageMs: Math.max(0, Math.floor(now - atMs)),
          })),
          isWaiting,
        );
        // Also when the reply is too late for the breaker: nothing must be counted twice.
        return sent.then(() => {
          for (const consumption of part) consumption.counted = true;
        });
      });
    } catch {
      pendingConsumption.giveBack(part);
      notBeforeMs = nowMs() + retryMs;
    } finally {
      underWay -= 1;
    }
  }

  return {
    flush,
    onReply(): void {
      if (pendingConsumption.waiting > 0 && underWay === 0 && nowMs() >= notBeforeMs) flush();
    },
  };
}
