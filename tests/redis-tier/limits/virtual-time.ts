import { checkScriptSource } from '../../../packages/redis-tier/src/limits/check-script.ts';
import { type ScriptClient, toScript } from '../../../packages/redis-tier/src/limits/run-script.ts';
import { callCheckScript } from '../../../packages/redis-tier/src/limits/script-call.ts';
import type { Window } from '../../../packages/redis-tier/src/limits/windows.ts';

/** The script itself, but for its time, which it takes from the last argument. */
const timedScript = toScript(checkScriptSource('local timeMs = tonumber(table.remove(ARGV))\n'));

export type Verdict = {
  allowed: boolean;
  aboveLimit: boolean;
  windows: { limit: number; remaining: number; waitMs: number; resetMs: number }[];
};

export type VirtualCheck = { key: string; windows: readonly Window[]; cost?: number; ageMs?: number };

/** Runs the limiter's script at a time of the test's choosing, in ms since the epoch. */
export async function checkAt(
  client: ScriptClient,
  timeMs: number,
  checks: readonly VirtualCheck[],
): Promise<Verdict[]> {
  const timed: ScriptClient = {
    isCluster: false,
    eval: (script, keyCount, ...args) => client.eval(script, keyCount, ...args, timeMs),
    evalsha: (digest, keyCount, ...args) => client.evalsha(digest, keyCount, ...args, timeMs),
  };
  const replies = await callCheckScript(
    timed,
    timedScript,
    checks.map(({ key, windows, cost = 1, ageMs = -1 }) => ({ key, windows, cost, ageMs })),
  );
  return replies.map(([verdict, ...rest]) => ({
    allowed: verdict === 1,
    aboveLimit: verdict === -1,
    windows: Array.from({ length: rest.length / 4 }, (_, i) => {
      const [limit = 0, remaining = 0, waitMs = 0, resetMs = 0] = rest.slice(4 * i, 4 * i + 4);
      return { limit, remaining, waitMs, resetMs };
    }),
  }));
}
