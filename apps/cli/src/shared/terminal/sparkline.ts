const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** How a figure went, the newest at the right, against the largest of them. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values.map((value) => steps[Math.round((Math.max(0, value) / most) * (steps.length - 1))]).join('');
}
