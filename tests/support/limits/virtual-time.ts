import { checkScriptSource } from '../../../packages/redis-tier/src/limits/check/check-script.ts';
import { type ScriptClient, toScript } from '../../../packages/redis-tier/src/limits/check/run-script.ts';
import { callCheckScript, replyOffsets } from '../../../packages/redis-tier/src/limits/check/script-call.ts';
import { readVerdict, readWindows } from '../../../packages/redis-tier/src/limits/decision.ts';
import type { Window } from '../../../packages/redis-tier/src/limits/windows.ts';

/** The shipped script, except that it takes the time from its last argument. */
const timedScript = toScript(checkScriptSource('local timeMs = tonumber(table.remove(ARGV))\n'));

export type Verdict = {
  allowed: boolean;
  aboveLimit: boolean;
  windows: { limit: number; remaining: number; waitMs: number; resetMs: number }[];
};

export type VirtualCheck = { redisKey: string; windows: readonly Window[]; cost?: number; ageMs?: number };

/** Runs the limiter's script at a given time, in ms since the epoch. */
export async function checkAt(
  client: ScriptClient,
  timeMs: number,
  checks: readonly VirtualCheck[],
): Promise<Verdict[]> {
  const timed: ScriptClient = {
    isCluster: false,
    callBuffer: (command, ...args) => client.callBuffer(command, ...args, timeMs),
  };
  const requests = checks.map(({ redisKey, windows, cost = 1, ageMs = -1 }) => ({
    redisKey,
    windows,
    cost,
    ageMs,
  }));
  const reply = await callCheckScript(timed, timedScript, requests);
  return replyOffsets(requests).map((at, i) => {
    const verdict = readVerdict(reply, at);
    return {
      allowed: verdict === 'allowed',
      aboveLimit: verdict === 'above limit',
      windows: readWindows(requests[i]?.windows ?? [], reply, at),
    };
  });
}
