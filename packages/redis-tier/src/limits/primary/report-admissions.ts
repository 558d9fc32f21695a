/** Enters the charges on the server as soon as it answers again, before the checks that come after. */
import type { CircuitBreaker } from '../../connection/index.ts';
import type { Script, ScriptClient } from '../check/run-script.ts';
import { callCheckScript, toCalls } from '../check/script-call.ts';
import type { PendingConsumption, PendingConsumptions } from '../local/unreported-admissions.ts';

/** Pause after a charge that failed, in ms, while the server answers other things: it may be full. */
const retryMs = 1000;

export type ConsumptionReporterOptions = {
  client: ScriptClient;
  breaker: CircuitBreaker;
  script: Script;
  pendingConsumption: PendingConsumptions;
  nowMs: () => number;
};

export type ConsumptionReporter = {
  /** Sends what is due at once: the server is back. */
  flush(): void;
  /** The server has answered something. */
  answered(): void;
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
    for (const part of toCalls(pendingConsumption.take(), client.isCluster)) void enter(part);
  }

  async function enter(part: readonly PendingConsumption[]): Promise<void> {
    underWay += 1;
    try {
      await breaker.send(() => {
        const now = nowMs();
        const sent = callCheckScript(
          client,
          script,
          // Too young is safe, too old is not: the age is cut to whole ms.
          part.map(({ redisKey, windows, cost, atMs }) => ({
            redisKey,
            windows,
            cost,
            ageMs: Math.max(0, Math.floor(now - atMs)),
          })),
        );
        // Also when the reply comes too late for the guard: nothing is to be entered twice.
        return sent.then(() => {
          for (const charge of part) charge.counted = true;
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
    answered(): void {
      if (pendingConsumption.waiting > 0 && underWay === 0 && nowMs() >= notBeforeMs) flush();
    },
  };
}
