/** Each soak test is imported on demand, so that a run loads only its own modules. @typedef {{ seed: string, minutes: number }} Soak */
const soaks = {
  cache: async (/** @type {Soak} */ soak) => (await import('./cache.mjs')).soakCache(soak),
  jobs: async (/** @type {Soak} */ soak) => (await import('./jobs/jobs.mjs')).soakJobs(soak),
  limits: async (/** @type {Soak} */ soak) => (await import('./limits.mjs')).soakLimits(soak),
  replay: async (/** @type {Soak} */ soak) => (await import('./replay.mjs')).soakReplay(soak),
};

/**
 * @param {{ name: keyof typeof soaks, seed: string, minutes: number }} options
 * @returns {Promise<number>} the exit code: 1 when there are violations
 */
export async function runSoak({ name, seed, minutes }) {
  const violations = await soaks[name]({ seed, minutes });
  for (const violation of violations.slice(0, 50)) process.stdout.write(`violation: ${violation}\n`);
  process.stdout.write(
    violations.length === 0
      ? 'No violations.\n'
      : `${violations.length} violations. To repeat: --seed ${seed}\n`,
  );
  return violations.length === 0 ? 0 : 1;
}
