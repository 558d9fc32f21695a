/**
 * Checks of one turn of the event loop travel together: as one call of the script, and in a cluster as one for each
 * subject, whose keys share a slot.
 */
import type { Guard } from '../connection/index.ts';
import { RedisUnavailable } from '../core/index.ts';
import type { Script, ScriptClient } from './run-script.ts';
import { callCheckScript, type ScriptCheck, toCalls } from './script-call.ts';

/** A check's own part of the reply, and when it was sent. */
type Answer = { readonly reply: readonly number[]; readonly sentMs: number };

/** No answer in time, or a server that could not do it. */
export type Unanswered = {
  readonly error: unknown;
  /** The reply, should it still come: what was sent may have been done. Undefined when it never will. Never rejects. */
  readonly late: Promise<readonly number[] | undefined> | undefined;
};

export type Outcome = Answer | Unanswered;

type Waiting = { check: ScriptCheck; slot: string; settle(outcome: Outcome): void };

export type TurnOptions = {
  client: ScriptClient;
  guard: Guard;
  script: Script;
  nowMs: () => number;
  /** Hears how many checks a call carries. */
  onCall?: (checks: number) => void;
};

export type Turn = {
  /** Sends the check with the others of this turn. Never rejects. `slot`: checks with the same one may share a call. */
  send(check: ScriptCheck, slot: string): Promise<Outcome>;
};

export function createTurn({ client, guard, script, nowMs, onCall }: TurnOptions): Turn {
  let waiting: Waiting[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    for (const group of toCalls(all, client.isCluster)) void call(group);
  }

  async function call(group: readonly Waiting[]): Promise<void> {
    const sentMs = nowMs();
    let sent: Promise<readonly (readonly number[])[]> | undefined;
    try {
      const replies = await guard.send(() => {
        onCall?.(group.length);
        sent = callCheckScript(
          client,
          script,
          group.map((it) => it.check),
        );
        return sent;
      });
      group.forEach((it, i) => {
        it.settle({ reply: replies[i] ?? [], sentMs });
      });
    } catch (error) {
      // What the server itself replied is final.
      const replies = error instanceof RedisUnavailable ? sent : undefined;
      group.forEach((it, i) => {
        it.settle({
          error,
          late: replies?.then(
            (all) => all[i],
            () => undefined,
          ),
        });
      });
    }
  }

  return {
    send(check, slot) {
      return new Promise((settle) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ check, slot, settle });
      });
    },
  };
}
