import { resolve } from 'node:path';
import { fileOf, parse, parseInteger, UsageError } from '../options.mjs';

export const help = `npm run replay [-- DIR] [--seed N] [--looks K] [--runs LIST]
               [--ttl-bookings SECONDS] [--json FILE]

Replays the bookings of a salon through the HTTP API of a temporary installation: the built api and worker, PostgreSQL and
Redis. Months take a minute, because this process sets the clock of the server.

  DIR           folder with bookings.csv, cancellations.csv and services.csv (default: a generated data set)
  --seed N      seed of all random values (default 1); the same seed gives the same bookings
  --looks K     number of looks (shop page and a week's availability) before each booking, 0 to 100 (default 1)
  --runs LIST   comma-separated list of runs (default virtual,real,off)
                virtual: with the cache; entries expire by the simulated time, as in a real shop
                real:    with the cache; entries expire by the machine's time, so hit rates are too high
                off:     without the cache
  --ttl-bookings SECONDS
                CACHE_TTL_BOOKINGS, 1 to 604800 (default 60); use it to verify a TTL simulation
  --json FILE   also writes all figures to a file
  --help        print this text

Exit codes: 0 every booking has the expected result, 1 violations or an error, 2 usage error.
`;

export const runNames = /** @type {const} */ (['virtual', 'real', 'off']);

/**
 * @param {readonly string[]} args
 * @returns {{ help: true } | { help: false, folder: string | undefined, seed: string, looks: number, runs: (typeof runNames)[number][], ttlBookings: string, json: string | undefined }}
 */
export function readOptions(args) {
  const { values, positionals } = parse({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      looks: { type: 'string' },
      runs: { type: 'string' },
      'ttl-bookings': { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return { help: true };
  if (positionals.length > 1)
    throw new UsageError('More than one folder was given.', 'Use at most one folder.');
  const looks = parseInteger('--looks', values.looks ?? '1', 100);
  const seed = String(parseInteger('--seed', values.seed ?? '1', Number.MAX_SAFE_INTEGER));
  const runs = (values.runs ?? runNames.join(',')).split(',').map((name) => {
    const run = runNames.find((known) => known === name.trim());
    if (run === undefined)
      throw new UsageError(`--runs contains ${JSON.stringify(name)}.`, `Use ${runNames.join(', ')}.`);
    return run;
  });
  const ttlBookings = String(parseInteger('--ttl-bookings', values['ttl-bookings'] ?? '60', 604_800));
  const [folder] = positionals;
  return {
    help: false,
    folder: folder === undefined ? undefined : resolve(folder),
    seed,
    looks,
    runs: [...new Set(runs)],
    ttlBookings,
    json: fileOf(values.json),
  };
}
