import { writeFileSync } from 'node:fs';

/**
 * Each benchmark is imported on demand, so that a run loads only its own libraries.
 *
 * @typedef {{ file: string | undefined, folder: string | undefined, rounds: number | undefined }} Inputs
 */
const benches = {
  cache: async (/** @type {Inputs} */ { rounds }) => (await import('./cache/cache.mjs')).benchCache(rounds),
  eviction: async (/** @type {Inputs} */ { folder }) =>
    (await import('./eviction/eviction.mjs')).benchEviction(folder),
  http: async () => (await import('./http/http.mjs')).benchHttp(),
  jobs: async (/** @type {Inputs} */ { rounds }) => (await import('./jobs/jobs.mjs')).benchJobs(rounds),
  limits: async (/** @type {Inputs} */ { rounds }) =>
    (await import('./limits/limits.mjs')).benchLimits(rounds),
  'limits-trace': async (/** @type {Inputs} */ inputs) =>
    (await import('./limits/trace/trace.mjs')).benchTrace(inputs),
  sizing: async () => (await import('./sizing/sizing.mjs')).benchSizing(),
};

/**
 * @param {{ name: keyof typeof benches, json: string | undefined } & Partial<Inputs>} options
 * @returns {Promise<number>} the exit code: 1 when a target was missed
 */
export async function runBench({ name, json, file, folder, rounds }) {
  const { rows, text, about } = await benches[name]({ file, folder, rounds });
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
