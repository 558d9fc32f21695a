/**
 * A half-open interval of epoch milliseconds: [startMs, endMs). A sorted list has no touching or overlapping intervals.
 */
export type Interval = { startMs: number; endMs: number };

/** Sorts and joins `intervals` and drops empty ones. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((it) => it.endMs > it.startMs).sort((a, b) => a.startMs - b.startMs);
  const joined: Interval[] = [];
  for (const { startMs, endMs } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else joined.push({ startMs, endMs });
  }
  return joined;
}

/** The time that `from` covers and `removed` does not. Both are sorted lists. */
export function subtract(from: readonly Interval[], removed: readonly Interval[]): Interval[] {
  const rest: Interval[] = [];
  for (const { startMs, endMs } of from) {
    let cursor = startMs;
    for (const gap of removed) {
      if (gap.endMs <= cursor) continue;
      if (gap.startMs >= endMs) break;
      if (gap.startMs > cursor) rest.push({ startMs: cursor, endMs: gap.startMs });
      cursor = gap.endMs;
    }
    if (cursor < endMs) rest.push({ startMs: cursor, endMs });
  }
  return rest;
}

/** Whether a single interval of the sorted list covers all of [startMs, endMs). */
export function covers(list: readonly Interval[], startMs: number, endMs: number): boolean {
  const candidate = list[firstEndingAfter(list, startMs)];
  return candidate !== undefined && candidate.startMs <= startMs && candidate.endMs >= endMs;
}

/** Whether any interval of the sorted list overlaps [startMs, endMs). */
export function overlaps(list: readonly Interval[], startMs: number, endMs: number): boolean {
  const candidate = list[firstEndingAfter(list, startMs)];
  return candidate !== undefined && candidate.startMs < endMs;
}

/** Milliseconds of [startMs, endMs) that the sorted list covers. */
export function lengthWithin(list: readonly Interval[], startMs: number, endMs: number): number {
  let total = 0;
  for (const it of list) total += Math.max(0, Math.min(it.endMs, endMs) - Math.max(it.startMs, startMs));
  return total;
}

function firstEndingAfter(list: readonly Interval[], ms: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    // biome-ignore lint/style/noNonNullAssertion: low <= middle < high <= length
    if (list[middle]!.endMs > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
