/** Random numbers from a seed: the same sequence each time. */
export type Random = {
  /** From 0 to 1. */
  next(): number;
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** @throws Error for an empty list */
  pick<T>(of: readonly T[]): T;
};

/** mulberry32: good enough to select faults. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number): number => Math.floor(next() * most);
  return {
    next,
    below,
    pick: (of) => {
      const [found] = of.slice(below(of.length));
      if (found === undefined) throw new Error('Cannot pick from an empty list');
      return found;
    },
  };
}
