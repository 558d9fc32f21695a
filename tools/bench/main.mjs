import { writeFileSync } from 'node:fs';

/**
 * Each benchmark is imported on demand, so that a run loads only its own libraries.
 *
 * @typedef {{ file: string | undefined, folder: string | undefined }} Inputs
 */
const benches = {
  cache: async () => (await import('./cache/cache.mjs')).benchCache(),
  eviction: async (/** @type {Inputs} */ { folder }) =>
    (await import('./eviction/eviction.mjs')).benchEviction(folder),
  http: async () => (await import('./http/http.mjs')).benchHttp(),
  jobs: async () => (await import('./jobs/jobs.mjs')).benchJobs(),
  limits: async () => (await import('./limits/limits.mjs')).benchLimits(),
  'limits-trace': async (/** @type {Inputs} */ inputs) =>
    (await import('./limits/trace/trace.mjs')).benchTrace(inputs),
  sizing: async () => (await import('./sizing/sizing.mjs')).benchSizing(),
};

/**
 * @param {{ name: keyof typeof benches, json: string | undefined, file?: string | undefined, folder?: string | undefined }} options
 * @returns {Promise<number>} the exit code: 1 when a target was missed
 */
export async function runBench({ name, json, file, folder }) {
  const { rows, text, about } = await benches[name]({ file, folder });
  process.stdout.write(`${text}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ name, ...about, rows }, null, 2)}\n`);
  const missed = rows.filter(({ met }) => met === false);
  process.stdout.write(
    missed.length === 0
      ? 'All targets met.\n'
      : `Missed targets: ${missed.map((row) => row.name).join('; ')}.\n`,
  );
  return missed.length === 0 ? 0 : 1;
}
