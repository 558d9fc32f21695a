/** Collects request durations by name. */
export class Latencies {
  /** @type {Map<string, number[]>} */
  #ms = new Map();

  /** @param {string} name @param {number} ms */
  add(name, ms) {
    const list = this.#ms.get(name);
    if (list === undefined) this.#ms.set(name, [ms]);
    else list.push(ms);
  }

  /** @returns {{ name: string, count: number, p50: number, p95: number, p99: number, most: number }[]} in ms */
  summary() {
    return [...this.#ms].map(([name, all]) => {
      const sorted = all.toSorted((a, b) => a - b);
      return {
        name,
        count: sorted.length,
        p50: rank(sorted, 0.5),
        p95: rank(sorted, 0.95),
        p99: rank(sorted, 0.99),
        most: sorted.at(-1) ?? 0,
      };
    });
  }
}

/**
 * The nearest-rank percentile: always a measured value, never an interpolated one.
 *
 * @param {readonly number[]} sorted @param {number} share
 */
export function rank(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
