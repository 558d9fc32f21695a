import type { Primary } from '../primary/primary.ts';
import { assertLimit, type Window } from '../windows.ts';
import { operatorScriptSource } from './operator-script.ts';
import { toScript } from './run-script.ts';

/** Sends an operator's change of one subject, whose keys share a hash tag. Throws RedisUnavailableError, or what the server replies. */
export type OperatorCommands = {
  reset(hashTag: string, keys: readonly string[]): Promise<void>;
  override(
    keyState: { readonly slot: string; readonly redisKey: string; readonly windows: readonly Window[] },
    limits: Readonly<Record<string, number>>,
  ): Promise<void>;
};

const script = toScript(operatorScriptSource);

export function createOperatorCalls(primaryOf: (hashTag: string) => Primary): OperatorCommands {
  return {
    async reset(hashTag, keys) {
      await primaryOf(hashTag).run(script, keys, ['reset']);
    },
    async override({ slot, redisKey: key, windows }, limits) {
      const args = overrideArguments(windows, limits);
      await primaryOf(slot).run(script, [key], ['override', ...args]);
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
