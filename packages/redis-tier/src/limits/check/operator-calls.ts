import type { Primary } from '../primary/primary.ts';
import { assertLimit, type Window } from '../windows.ts';
import { operatorScriptSource } from './operator-script.ts';
import { toScript } from './run-script.ts';

/**
 * Changes by an operator to one limit key, whose Redis keys share a hash tag. Throws RedisUnavailableError or the
 * server's error.
 */
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
      const args = [...limitsByLength(windows, limits)].flat();
      await primaryOf(slot).run(script, [key], ['override', ...args]);
    },
  };
}

/** The limit of each window with an override, by its length in ms. Throws RangeError for an unknown window or an invalid limit. */
export function limitsByLength(
  windows: readonly Window[],
  limits: Readonly<Record<string, number>>,
): ReadonlyMap<number, number> {
  return new Map(
    Object.entries(limits).map(([name, limit]) => {
      const window = windows.find((it) => it.name === name);
      if (window === undefined) throw new RangeError(`Unknown window ${JSON.stringify(name)}.`);
      assertLimit(name, limit);
      return [window.lengthMs, limit];
    }),
  );
}
