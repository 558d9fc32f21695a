import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../../dev/setup/user-error.mjs';

export { UsageError };

/**
 * Calls parseArgs and converts its error into a UsageError.
 *
 * @template {import('node:util').ParseArgsConfig} Config
 * @param {Config} config
 * @returns {ReturnType<typeof parseArgs<Config>>}
 */
export function parse(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 'See --help.');
  }
}

/** @param {string} name @param {string} text @param {number} max */
export function parseInteger(name, text, max) {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw new UsageError(`${name} is ${JSON.stringify(text)}.`, `Use an integer from 0 to ${max}.`);
}

/**
 * Returns the benchmark or soak test that the arguments name.
 *
 * @template {string} Name
 * @param {readonly string[]} given
 * @param {readonly Name[]} known
 * @returns {Name}
 * @throws {UsageError} when there is not exactly one name, or it is unknown
 */
export function oneName(given, known) {
  const found = known.find((name) => name === given[0]);
  if (found !== undefined && given.length === 1) return found;
  const problem = given.length === 0 ? 'The name is missing.' : `Unknown name: ${given.join(' ')}.`;
  throw new UsageError(problem, `Use one of: ${known.join(', ')}.`);
}

/** @param {string | undefined} file */
export const fileOf = (file) => (file === undefined ? undefined : resolve(file));
