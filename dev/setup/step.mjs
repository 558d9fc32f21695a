/**
 * Runs a slow task and reports it on one line: `Building ... 12.3 s`.
 *
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 */
export async function step(label, work) {
  const begin = performance.now();
  process.stdout.write(`${label} ... `);
  try {
    const result = await work();
    process.stdout.write(seconds(performance.now() - begin));
    return result;
  } finally {
    process.stdout.write('\n');
  }
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
