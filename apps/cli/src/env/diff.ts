import type { Paint } from '../shared/terminal/paint.ts';
import { maskedValue } from './known-variables.ts';

/** One changed variable, with its values masked for display. */
export type Change = {
  name: string;
  change: 'added' | 'changed' | 'removed';
  from: string | null;
  to: string | null;
};

export function diffVariables(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Change[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) return [];
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    return [{ name, change, from: shownOrNull(name, old), to: shownOrNull(name, now) } as const];
  });
}

function shownOrNull(name: string, value: string | undefined): string | null {
  return value === undefined ? null : maskedValue(name, value);
}

export function formatDiff(changes: readonly Change[], paint: Paint): string[] {
  const width = Math.max(0, ...changes.map(({ name }) => name.length));
  return changes.map(({ name, change, from, to }) => {
    const label = name.padEnd(width);
    if (change === 'added') return `  ${paint.good(`+ ${label}`)}  ${to}`;
    if (change === 'removed') return `  ${paint.bad(`- ${label}`)}  ${from}`;
    return `  ${paint.warning(`~ ${label}`)}  ${from === to ? `${to} (replaced)` : `${from} -> ${to}`}`;
  });
}
