import { readFileSync } from 'node:fs';
import { UserError } from '../../../../dev/setup/user-error.mjs';

/** @typedef {{ atMs: number, subject: string }} TracedRequest */

const head = 'epoch_seconds,subject';
const maxRequests = 1_000_000;

/**
 * Reads the time and the client of each request from a web server log in CSV format.
 *
 * @param {string} file
 * @returns {TracedRequest[]} in chronological order
 * @throws {UserError} with the number of the invalid line
 */
export function readTrace(file) {
  const [first, ...lines] = readFileSync(file, 'utf8').split(/\r?\n/);
  if (first !== head) throw new UserError(`${file} does not begin with the line "${head}".`);
  const rows = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  if (rows.length > maxRequests) throw new UserError(`${file} has more than ${maxRequests} requests.`);
  const requests = rows.map((line, index) => {
    const [, seconds, subject] = /^(\d{1,11}),([^,]{1,200})$/.exec(line) ?? [];
    if (seconds === undefined || subject === undefined)
      throw new UserError(`Line ${index + 2} of ${file} does not match ${head}.`);
    return { atMs: Number(seconds) * 1000, subject };
  });
  return requests.toSorted((a, b) => a.atMs - b.atMs);
}
