import { resolve } from 'node:path';
import { fileOf, parse, parseInteger, UsageError } from '../options.mjs';

export const help = `npm run replay [-- DIR] [--seed N] [--looks K] [--runs LIST]
               [--ttl-bookings SECONDS] [--json FILE]

Replays a salon's book through the HTTP API of a server of its own: a real api and worker, PostgreSQL and Redis in a
temporary folder. Months pass in a minute, because the server takes its time from this process.

  DIR           folder with bookings.csv, cancellations.csv and services.csv; without it one of that shape is made
  --seed N      for all that is drawn (default 1): the same seed, the same bookings
  --looks K     how often a client looks before booking, 0 to 100 (default 1)
  --runs LIST   of virtual, real and off, with commas between (default all three)
                virtual: with the cache, whose times pass as the salon's do: what a shop would see
                real:    with the cache, whose times pass as this machine's do: months in a minute flatter it
                off:     without the cache
  --ttl-bookings SECONDS
                CACHE_TTL_BOOKINGS (default 60), 1 to 604800: whether what is said of a time comes true
  --json FILE   writes all figures to a file too
  --help        this text

Exit codes: 0 every booking came out as the book says, 1 something did not, 2 called in a way it does not understand.
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
  if (positionals.length > 1) throw new UsageError('More than one folder is named.', 'Name one, or none.');
  const looks = parseInteger('--looks', values.looks ?? '1', 100);
  const seed = String(parseInteger('--seed', values.seed ?? '1', Number.MAX_SAFE_INTEGER));
  const runs = (values.runs ?? runNames.join(',')).split(',').map((name) => {
    const run = runNames.find((known) => known === name.trim());
    if (run === undefined)
      throw new UsageError(`--runs names ${JSON.stringify(name)}.`, `It knows ${runNames.join(', ')}.`);
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
