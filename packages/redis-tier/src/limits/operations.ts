import type { Guard } from '../connection/index.ts';
import { runScript, type Script, type ScriptClient } from './run-script.ts';
import { assertLimit, type Window } from './windows.ts';

/** Sends an operator's change of one subject. Throws RedisUnavailable, or what the server replies. */
export type OperatorCalls = {
  reset(keys: readonly string[]): Promise<void>;
  override(key: string, windows: readonly Window[], limits: Readonly<Record<string, number>>): Promise<void>;
};

export function createOperatorCalls(client: ScriptClient, guard: Guard, script: Script): OperatorCalls {
  return {
    async reset(keys) {
      await guard.send(() => runScript(client, script, keys, ['reset']));
    },
    async override(key, windows, limits) {
      const args = overrideArguments(windows, limits);
      await guard.send(() => runScript(client, script, [key], ['override', ...args]));
    },
  };
}

/** Length and limit of each window that gets one. Throws RangeError for a window that there is not, or a bad limit. */
function overrideArguments(windows: readonly Window[], limits: Readonly<Record<string, number>>): number[] {
  return Object.entries(limits).flatMap(([name, limit]) => {
    const window = windows.find((it) => it.name === name);
    if (window === undefined) throw new RangeError(`There is no window ${JSON.stringify(name)}.`);
    assertLimit(name, limit);
    return [window.lengthMs, limit];
  });
}
