const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Draws values, newest last, scaled to the largest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values.map((value) => steps[Math.round((Math.max(0, value) / most) * (steps.length - 1))]).join('');
}
