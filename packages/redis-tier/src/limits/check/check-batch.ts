/**
 * Checks of one turn of the event loop travel together: as one call of the script, and in a cluster as one for each
 * subject, whose keys share a slot. What comes while a call is under way, or less than two milliseconds after it was sent,
 * waits and travels together too: a call costs both sides far more than a check in it. Where checks come seldom, none waits,
 * and where enough are together, they go at the end of the turn.
 */
import type { CircuitBreaker } from '../../connection/index.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import type { Script, ScriptClient } from './run-script.ts';
import { callCheckScript, replyOffsets, type ScriptCheck, toCalls } from './script-call.ts';

/** The reply, where in it a check's own part begins, and when it was sent. */
export type CheckReply = { readonly reply: Buffer; readonly at: number; readonly sentMs: number };

/** No answer in time, or a server that could not do it. */
export type NoReply = {
  readonly error: unknown;
  /** The reply, should it still come: what was sent may have been done. Undefined when it never will. Never rejects. */
  readonly late: Promise<Pick<CheckReply, 'reply' | 'at'> | undefined> | undefined;
};

export type CheckOutcome = CheckReply | NoReply;

/** A check, and what its keys share a slot with in a cluster. */
export type SlottedCheck = ScriptCheck & { readonly slot: string };

/** A check on its way, and who hears of its end. A call back and no promise: a busy server asks for thousands a second. */
export type PendingCheck = SlottedCheck & { readonly resolve: (outcome: CheckOutcome) => void };

export type CheckBatcherOptions = {
  client: ScriptClient;
  breaker: CircuitBreaker;
  script: Script;
  nowMs: () => number;
  /** Hears how many checks a call carries. */
  onCall: (checks: number) => void;
  /** Hears of each call whether it was answered, undefined, or what came instead. Before those who asked do. */
  onEnd: (error: unknown) => void;
};

export type CheckBatcher = {
  /** Sends the check with the others of this turn. Its `settle` is called once, and not before this returns. */
  send(check: PendingCheck): void;
};

/** Shortest time between two calls, in ms. */
const gapMs = 2;
/** Of so many checks a call costs little beside them: they wait for no others. */
const enough = 32;

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
  let sentMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function flushSoon(): void {
    if (waiting.length >= enough || performance.now() - sentMs >= gapMs) setImmediate(flush);
    else timer = setTimeout(flush, gapMs);
  }

  function flush(): void {
    timer = undefined;
    sentMs = performance.now();
    const all = waiting;
    waiting = [];
    const groups = toCalls(all, client.isCluster);
    underWay = groups.length;
    for (const group of groups) void call(group).finally(ended);
  }

  function ended(): void {
    underWay -= 1;
    if (underWay === 0 && waiting.length > 0) flushSoon();
  }

  async function call(group: readonly PendingCheck[]): Promise<void> {
    const atMs = nowMs();
    const offsets = replyOffsets(group);
    let sent: Promise<Buffer> | undefined;
    try {
      const reply = await breaker.send(() => {
        onCall(group.length);
        sent = callCheckScript(client, script, group);
        return sent;
      });
      onEnd(undefined);
      group.forEach(({ resolve: settle }, i) => {
        settle({ reply, at: offsets[i] ?? 0, sentMs: atMs });
      });
    } catch (error) {
      onEnd(error);
      // What the server itself replied is final.
      const replied = error instanceof RedisUnavailableError ? sent : undefined;
      group.forEach(({ resolve: settle }, i) => {
        const late = replied?.then(
          (reply) => ({ reply, at: offsets[i] ?? 0 }),
          () => undefined,
        );
        settle({ error, late });
      });
    }
  }

  return {
    send(check) {
      if (waiting.length === 0 && underWay === 0) flushSoon();
      waiting.push(check);
      if (waiting.length < enough || timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      setImmediate(flush);
    },
  };
}
