/** The sums of this process alone, where there is no server by intent. */
import { BoundedMap } from '../local/bounded-map.ts';
import { reportOf, type WatchStore } from './top-keys.ts';

const bucketMs = 300_000;
const mostMembers = 1000;

type Sum = { units: number; refused: number; untilMs: number };

export function watchAlone(nowMs: () => number): WatchStore {
  let bucket = Number.NaN;
  let now = new BoundedMap<Sum>(mostMembers);
  let before = new BoundedMap<Sum>(mostMembers);

  function turn(): void {
    const current = Math.floor(nowMs() / bucketMs);
    if (current === bucket) return;
    before = current === bucket + 1 ? now : new BoundedMap(mostMembers);
    now = new BoundedMap(mostMembers);
    bucket = current;
  }

  return {
    async tell(tallies) {
      turn();
      for (const { name, units, refused, waitMs } of tallies) {
        const sum = now.get(name) ?? { units: 0, refused: 0, untilMs: 0 };
        sum.units += units;
        sum.refused += refused;
        if (waitMs > 0) sum.untilMs = Math.max(sum.untilMs, nowMs() + waitMs);
        now.set(name, sum);
      }
    },
    async release(names) {
      for (const name of names)
        for (const sum of [now.get(name), before.get(name)]) if (sum !== undefined) sum.untilMs = 0;
    },
    async report(most) {
      turn();
      const sums = new Map<string, { units: number; refused: number }>();
      const limited = new Map<string, number>();
      for (const [name, { units, refused, untilMs }] of [...before.entries(), ...now.entries()]) {
        const sum = sums.get(name);
        sums.set(name, { units: units + (sum?.units ?? 0), refused: refused + (sum?.refused ?? 0) });
        limited.set(name, Math.max(limited.get(name) ?? 0, untilMs - nowMs()));
      }
      return reportOf(sums, limited, most);
    },
  };
}
