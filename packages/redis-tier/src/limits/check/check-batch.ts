/**
 * Checks that are made together travel together: as one call of the script, and in a cluster as one call per limit
 * key, whose Redis keys share a slot. The first check goes as soon as the code that made it has ended. Checks that
 * arrive while a call is in flight travel together when its reply is there, because a call costs both sides far more
 * than one check in it. There is no timer: a lone caller waits for one round trip, and the batches grow with the load.
 */
import type { CircuitBreaker } from '../../connection/internal.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import type { Script, ScriptClient } from './run-script.ts';
import { callCheckScript, replyOffsets, type ScriptCheck, toCalls } from './script-call.ts';

/** The reply, the offset of the check's part in it, and when the call was sent. */
export type CheckReply = { readonly reply: Buffer; readonly at: number; readonly sentMs: number };

/** No reply in time, or an error of the server. */
export type NoReply = {
  readonly error: unknown;
  /** The reply if it still arrives: the call may have been executed. Undefined when it never will. Never rejects. */
  readonly late: Promise<Pick<CheckReply, 'reply' | 'at'> | undefined> | undefined;
};

export type CheckOutcome = CheckReply | NoReply;

/** A check, and the hash tag that determines its slot in a cluster. */
export type SlottedCheck = ScriptCheck & { readonly slot: string };

/**
 * A check in flight, with the callback for its outcome. Not a promise, because a busy server checks thousands a
 * second.
 */
export type PendingCheck = SlottedCheck & { readonly resolve: (outcome: CheckOutcome) => void };

export type CheckBatcherOptions = {
  client: ScriptClient;
  breaker: CircuitBreaker;
  script: Script;
  nowMs: () => number;
  /** Called with the number of checks in each call. */
  onCall: (checks: number) => void;
  /** Called for each call with undefined, or with the error, before the callbacks of its checks. */
  onEnd: (error: unknown) => void;
};

export type CheckBatcher = {
  /** Sends the check with others. Calls its `resolve` once, and not before this returns. */
  send(check: PendingCheck): void;
};

/** A batch that was scheduled and not sent is sent by the next check after this time, in ms. */
const overdueMs = 20;

export function createCheckBatcher({
  client,
  breaker,
  script,
  nowMs,
  onCall,
  onEnd,
}: CheckBatcherOptions): CheckBatcher {
  let waiting: PendingCheck[] = [];
  let underWay = 0;
  /** When the sending of those that wait was scheduled; undefined while it is not. */
  let scheduledMs: number | undefined;

  function flushAt(schedule: (run: () => void) => void): void {
    scheduledMs = timers.now();
    schedule(() => {
      // They may have been sent as overdue.
      if (scheduledMs !== undefined) flush();
    });
  }

  function flush(): void {
    scheduledMs = undefined;
    const all = waiting;
    waiting = [];
    const groups = toCalls(all, client.isCluster);
    underWay += groups.length;
    for (const group of groups) void call(group).finally(ended);
  }

  function ended(): void {
    underWay -= 1;
    // At the end of the turn: callers that have just received their outcomes may check again.
    if (underWay === 0 && waiting.length > 0) flushAt(timers.setImmediate);
  }

  async function call(group: readonly PendingCheck[]): Promise<void> {
    const atMs = nowMs();
    const offsets = replyOffsets(group);
    let sent: Promise<Buffer> | undefined;
    try {
      const reply = await breaker.send((isWaiting) => {
        onCall(group.length);
        sent = callCheckScript(client, script, group, isWaiting);
        return sent;
      });
      onEnd(undefined);
      group.forEach(({ resolve }, i) => {
        resolve({ reply, at: offsets[i] ?? 0, sentMs: atMs });
      });
    } catch (error) {
      onEnd(error);
      // An error reply of the server is final.
      const replied = error instanceof RedisUnavailableError ? sent : undefined;
      group.forEach(({ resolve }, i) => {
        const late = replied?.then(
          (reply) => ({ reply, at: offsets[i] ?? 0 }),
          () => undefined,
        );
        resolve({ error, late });
      });
    }
  }

  return {
    send(check) {
      if (waiting.length === 0 && underWay === 0) flushAt(timers.nextTick);
      waiting.push(check);
      // It may never be sent otherwise: an application may have replaced the timers before this module loaded.
      if (scheduledMs !== undefined && timers.now() - scheduledMs > overdueMs) flush();
    },
  };
}
