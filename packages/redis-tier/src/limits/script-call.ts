import { replyLength } from './decision.ts';
import { runScript, type Script, type ScriptClient } from './run-script.ts';
import type { Window } from './windows.ts';

/** One entry of a call of the check script. */
export type ScriptCheck = {
  readonly key: string;
  readonly windows: readonly Window[];
  /** Units; 0 asks only. */
  readonly cost: number;
  /** -1: decide now. From 0 up: enter without deciding, as of so many ms ago. */
  readonly ageMs: number;
};

/** Most checks of one call: it keeps the server for some hundred microseconds at the most. */
const mostChecksOfCall = 64;

/** Parts checks into calls. In a cluster those of one slot share a call, else all do. The order stays. */
export function toCalls<T extends { readonly slot: string }>(
  checks: readonly T[],
  isCluster: boolean,
): T[][] {
  const groups = new Map<string, T[]>();
  for (const check of checks) {
    const name = isCluster ? check.slot : '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [check]);
    else group.push(check);
  }
  return [...groups.values()].flatMap((group) => {
    const calls: T[][] = [];
    for (let from = 0; from < group.length; from += mostChecksOfCall)
      calls.push(group.slice(from, from + mostChecksOfCall));
    return calls;
  });
}

/** Asks for all `checks` in one call. In a cluster their keys lie in one slot. Gives each its part of the reply. */
export async function callCheckScript(
  client: ScriptClient,
  script: Script,
  checks: readonly ScriptCheck[],
): Promise<readonly (readonly number[])[]> {
  const sets = new Map<readonly Window[], number>();
  for (const { windows } of checks) if (!sets.has(windows)) sets.set(windows, sets.size + 1);
  const args: number[] = [sets.size];
  for (const windows of sets.keys()) {
    args.push(windows.length);
    for (const { limit, lengthMs } of windows) args.push(limit, lengthMs);
  }
  for (const { windows, cost, ageMs } of checks) args.push(sets.get(windows) ?? 0, cost, ageMs);
  const keys = checks.map((check) => check.key);
  const reply = await runScript(client, script, keys, args);
  return split(reply, checks);
}

function split(reply: unknown, checks: readonly ScriptCheck[]): number[][] {
  const lengths = checks.map(({ windows }) => replyLength(windows));
  const expected = lengths.reduce((sum, length) => sum + length, 0);
  if (!Array.isArray(reply) || reply.length !== expected)
    throw new TypeError('The check script replied in another form than was asked for.');
  let from = 0;
  return lengths.map((length) => {
    const part = reply.slice(from, from + length).map(Number);
    from += length;
    return part;
  });
}
