import { replyBytes } from '../decision.ts';
import type { Window } from '../windows.ts';
import { runScript, type Script, type ScriptClient } from './run-script.ts';

/** One check in a call of the check script. */
export type ScriptCheck = {
  readonly redisKey: string;
  readonly windows: readonly Window[];
  /** Units; 0 only reads the state. */
  readonly cost: number;
  /** -1: decide now. 0 or more: enter without deciding, as of that many ms ago. */
  readonly ageMs: number;
};

/** Maximum checks per call: it occupies the server for at most a few hundred microseconds. */
const maxChecksPerCall = 64;

/** Splits checks into calls. In a cluster, checks of one slot share a call. Keeps the order. */
export function toCalls<T extends { readonly slot: string }>(
  checks: readonly T[],
  isCluster: boolean,
): (readonly T[])[] {
  if (!isCluster && checks.length <= maxChecksPerCall) return checks.length === 0 ? [] : [checks];
  const groups = new Map<string, T[]>();
  for (const check of checks) {
    const name = isCluster ? check.slot : '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [check]);
    else group.push(check);
  }
  return [...groups.values()].flatMap((group) => {
    const calls: T[][] = [];
    for (let from = 0; from < group.length; from += maxChecksPerCall)
      calls.push(group.slice(from, from + maxChecksPerCall));
    return calls;
  });
}

/**
 * Sends all `checks` in one call. In a cluster their keys must be in one slot. `replyOffsets` locates each reply.
 * `isWaiting`: see `runScript`.
 */
export async function callCheckScript(
  client: ScriptClient,
  script: Script,
  checks: readonly ScriptCheck[],
  isWaiting?: () => boolean,
): Promise<Buffer> {
  const sets = new Map<readonly Window[], number>();
  for (const { windows } of checks) if (!sets.has(windows)) sets.set(windows, sets.size + 1);
  const args: number[] = [sets.size];
  for (const windows of sets.keys()) {
    args.push(windows.length);
    for (const { limit, lengthMs } of windows) args.push(limit, lengthMs);
  }
  for (let from = 0; from < checks.length; ) {
    const first = checks[from];
    if (first === undefined) break;
    let to = from + 1;
    while (isAlike(first, checks[to])) to += 1;
    args.push(to - from, sets.get(first.windows) ?? 0, first.cost, first.ageMs);
    from = to;
  }
  const reply = await runScript(
    client,
    script,
    checks.map((check) => check.redisKey),
    args,
    isWaiting,
  );
  const expected = checks.reduce((sum, { windows }) => sum + replyBytes(windows), 0);
  if (!Buffer.isBuffer(reply) || reply.length !== expected)
    throw new TypeError('The check script returned a reply of unexpected length or type.');
  return reply;
}

/** The offset of each check's reply. */
export function replyOffsets(checks: readonly Pick<ScriptCheck, 'windows'>[]): number[] {
  let next = 0;
  return checks.map(({ windows }) => {
    const at = next;
    next += replyBytes(windows);
    return at;
  });
}

function isAlike(first: ScriptCheck, other: ScriptCheck | undefined): boolean {
  return (
    other !== undefined &&
    other.windows === first.windows &&
    other.cost === first.cost &&
    other.ageMs === first.ageMs
  );
}
