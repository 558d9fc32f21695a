/** The sums of this process alone, where there is no server by design. */
import { BoundedMap } from '../local/bounded-map.ts';
import { reportOf, type TopKeysStore } from './top-keys.ts';

const bucketMs = 300_000;
const maxMembers = 1000;

type Sum = { units: number; denied: number; untilMs: number };

export function localTopKeys(nowMs: () => number): TopKeysStore {
  let bucket = Number.NaN;
  let now = new BoundedMap<Sum>(maxMembers);
  let before = new BoundedMap<Sum>(maxMembers);

  function rotate(): void {
    const current = Math.floor(nowMs() / bucketMs);
    if (current === bucket) return;
    before = current === bucket + 1 ? now : new BoundedMap(maxMembers);
    now = new BoundedMap(maxMembers);
    bucket = current;
  }

  return {
    async record(usages) {
      rotate();
      for (const { name, units, denied, waitMs } of usages) {
        const sum = now.get(name) ?? { units: 0, denied: 0, untilMs: 0 };
        sum.units += units;
        sum.denied += denied;
        if (waitMs > 0) sum.untilMs = Math.max(sum.untilMs, nowMs() + waitMs);
        now.set(name, sum);
      }
    },
    async release(names) {
      for (const name of names)
        for (const sum of [now.get(name), before.get(name)]) if (sum !== undefined) sum.untilMs = 0;
    },
    async report(most) {
      rotate();
      const sums = new Map<string, { units: number; denied: number }>();
      const limited = new Map<string, number>();
      for (const [name, { units, denied, untilMs }] of [...before.entries(), ...now.entries()]) {
        const sum = sums.get(name);
        sums.set(name, { units: units + (sum?.units ?? 0), denied: denied + (sum?.denied ?? 0) });
        limited.set(name, Math.max(limited.get(name) ?? 0, untilMs - nowMs()));
      }
      return reportOf(sums, limited, most);
    },
  };
}
