/** `npm run bench -- NAME`: parses its arguments. `--help` lists them. */
import { fileOf, oneName, parse, parseInteger, UsageError } from '../options.mjs';

const help = `npm run bench -- NAME [DIR] [--rounds N] [--file FILE] [--json FILE]

Runs a benchmark, prints a table, and compares the figures with those of alternatives and with targets.

  NAME          cache         CPU cost of a hit, races and Redis outages, compared with four other cache libraries
                eviction      hit rates of in-process caches for a generated trace and for the trace in DIR
                http          CPU cost of availability responses, cached and uncached, compared with constant bytes;
                              with rate limits on and off
                jobs          throughput from the outbox to sent, compared with BullMQ alone; cost for a booking
                limits        CPU, accuracy, memory and outage behavior, compared with three other rate limiters
                limits-trace  replays a web server log against the limits, compared with an exact log; requires --file
                sizing        Redis memory and CPU for shops, visitors and bookings: the constants of bookedbarber plan
  DIR           for eviction: a folder with web12-page-requests.txt, one key per line
  --rounds N    for cache, jobs and limits: the number of rounds whose medians are the figures (default 9, 5, 7)
  --file FILE   for limits-trace: a CSV file with the columns epoch_seconds,subject
  --json FILE   also writes the rows {name, unit, raw, ours, peers, ratio, target, met} to a file
  --help        print this text

Exit codes: 0 all targets met, 1 a target missed or an error, 2 usage error.
`;

/** @param {string[]} args */
export function read(args) {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      json: { type: 'string' },
      file: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(help);
    return undefined;
  }
  const [named, folder, ...rest] = positionals;
  const name = oneName(
    named === undefined ? [] : [named, ...rest],
    /** @type {const} */ (['cache', 'eviction', 'http', 'jobs', 'limits', 'limits-trace', 'sizing']),
  );
  if (folder !== undefined && name !== 'eviction')
    throw new UsageError(`${name} does not accept a folder.`, 'Remove it.');
  const rounds = values.rounds === undefined ? undefined : parseInteger('--rounds', values.rounds, 1000);
  if (rounds === 0) throw new UsageError('--rounds is 0.', 'Use at least 1.');
  if (rounds !== undefined && !['cache', 'jobs', 'limits'].includes(name))
    throw new UsageError(`${name} does not accept --rounds.`, 'Remove it.');
  // Imported after the build, whose output it imports.
  return async () =>
    (await import('../main.mjs')).runBench({
      name,
      json: fileOf(values.json),
      file: fileOf(values.file),
      folder: fileOf(folder),
      rounds,
    });
}
