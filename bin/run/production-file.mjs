import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { UserError } from '../setup/trouble.mjs';

/**
 * In production the settings may stand in `.env.production` of the project folder, as `bookedbarber env` writes it. What
 * the environment has itself wins; without the file all of them come from there.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @returns {NodeJS.ProcessEnv}
 * @throws {UserError} when the file cannot be read
 */
export function withProductionFile(env, folder) {
  if (env['NODE_ENV'] !== 'production') return env;
  const file = join(folder, '.env.production');
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return env;
    throw new UserError(`${file} cannot be read.`, 'The user who runs the server has to be its owner.');
  }
}
