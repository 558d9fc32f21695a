import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../../dev/setup/user-error.mjs';

export { UsageError };

/**
 * parseArgs, whose complaint is for the person at the keyboard.
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

/** @param {string} name @param {string} text @param {number} most */
export function parseInteger(name, text, most) {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new UsageError(`${name} is ${JSON.stringify(text)}.`, `It wants a whole number from 0 to ${most}.`);
}

/**
 * The one name that a command wants.
 *
 * @template {string} Name
 * @param {readonly string[]} given
 * @param {readonly Name[]} known
 * @returns {Name}
 */
export function oneName(given, known) {
  const found = known.find((name) => name === given[0]);
  if (found !== undefined && given.length === 1) return found;
  const said = given.length === 0 ? 'Nothing is named.' : `${given.join(' ')} is not known.`;
  throw new UsageError(said, `Name one of: ${known.join(', ')}.`);
}

/** @param {string | undefined} file */
export const fileOf = (file) => (file === undefined ? undefined : resolve(file));
