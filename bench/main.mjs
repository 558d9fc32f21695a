import { writeFileSync } from 'node:fs';
import { benchHttp } from './http/http.mjs';
import { benchJobs } from './jobs/jobs.mjs';

const benches = { http: benchHttp, jobs: benchJobs };

/**
 * @param {{ name: keyof typeof benches, json: string | undefined }} options
 * @returns {Promise<number>} the exit code: 1 when a target was missed
 */
export async function runBench({ name, json }) {
  const { rows, text, about } = await benches[name]();
  process.stdout.write(`${text}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ name, ...about, rows }, null, 2)}\n`);
  const missed = rows.filter(({ met }) => met === false);
  process.stdout.write(
    missed.length === 0 ? 'Every target is met.\n' : `Missed: ${missed.map((row) => row.name).join(', ')}.\n`,
  );
  return missed.length === 0 ? 0 : 1;
}
