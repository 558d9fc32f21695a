import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openServices } from '../installation/services.mjs';
import { countStatements } from '../installation/statement-count.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { randomDescription } from './draws.mjs';
import { writeGeneratedDataSet } from './generated-data-set.mjs';
import { makePlan } from './plan.mjs';
import { replay } from './replay.mjs';
import { formatPlan, formatTuning, formatViolations, notes, resultTable } from './report.mjs';

/** The environment of each run. */
const environments = {
  virtual: { CACHE_CLOCK: 'parent' },
  real: {},
  off: { CACHE_ENABLED: 'false' },
};

/**
 * @param {Extract<ReturnType<typeof import('./options.mjs').readOptions>, { help: false }>} options
 * @returns {Promise<number>} the exit code: 1 when there are violations
 */
export async function runReplay({ folder, seed, looks, runs, ttlBookings, json }) {
  const say = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);
  say(`seed ${seed}, ${looks} looks before each booking, ${folder ?? 'generated data set'}`);
  const services = await openServices();
  try {
    const dataSetFolder = folder ?? writeGeneratedDataSet(join(services.folder, 'data-set'), seed);
    const plan = await makePlan({ folder: dataSetFolder, seed, looks });
    const machine = describeMachine(services.versions);
    say(`${formatPlan(plan.facts)}${randomDescription}\n`);
    const client = await services.connect('postgres');
    const statements = await countStatements(client);
    const results = [];
    for (const name of runs) {
      const env = { ...environments[name], CACHE_TTL_BOOKINGS: ttlBookings };
      const onProgress = progress(`Replaying (${name})`);
      results.push(await replay({ services, statements, plan, name, env, onProgress }));
    }
    await client.end();
    say(resultTable(results));
    say(`Rate limits: ${results[0]?.limits.policy ?? ''}`);
    say(`${notes}\n${formatMachine(machine)}\n`);
    say(formatViolations(results));
    const tuning = results.find(({ name }) => name === 'virtual')?.tuning;
    if (tuning !== undefined) say(formatTuning(tuning));
    if (json !== undefined) {
      const figures = { seed, looks, machine, plan: plan.facts, runs: results };
      writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
    }
    return results.some(({ violations }) => violations.length > 0) ? 1 : 0;
  } finally {
    await services.stop();
  }
}
