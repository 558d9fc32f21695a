import { writeFileSync } from 'node:fs';

/** Each is loaded when it is asked for: they import what the others do not need. */
const benches = {
  cache: async () => (await import('./cache/cache.mjs')).benchCache(),
  eviction: async (/** @type {string | undefined} */ folder) =>
    (await import('./eviction/eviction.mjs')).benchEviction(folder),
  http: async () => (await import('./http/http.mjs')).benchHttp(),
};

/**
 * @param {{ name: keyof typeof benches, folder: string | undefined, json: string | undefined }} options `folder`: of traces
 * @returns {Promise<number>} the exit code: 1 when a target was missed
 */
export async function runBench({ name, folder, json }) {
  const { rows, text, about } = await benches[name](folder);
  process.stdout.write(`${text}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ name, ...about, rows }, null, 2)}\n`);
  const missed = rows.filter(({ met }) => met === false);
  process.stdout.write(
    missed.length === 0 ? 'Every target is met.\n' : `Missed: ${missed.map((row) => row.name).join(', ')}.\n`,
  );
  return missed.length === 0 ? 0 : 1;
}
