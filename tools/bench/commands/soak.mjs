/** `npm run soak -- NAME`: parses its arguments. `--help` lists them. */
import { oneName, parse, parseInteger, UsageError } from '../options.mjs';

const help = `npm run soak -- NAME [--seed N] [--minutes M]

Runs the system under load, injects faults continuously, and reports every violation of an invariant.

  NAME          cache   a fleet reads and writes through the cache while servers, connections and processes fail
                jobs    bookings with reminders, with faults in the jobs' Redis and killed workers; 2,000 bookings from
                        3 minutes on, 700 per minute below that
                limits  four api processes with clients over their limits, while Redis is frozen and killed
                replay  bookings at 200 requests per second, while Redis is killed and frozen
  --seed N      seed of all random choices (default: the current time; printed first)
  --minutes M   duration (default 2, minimum 1)
  --help        print this text

Exit codes: 0 no violations, 1 violations or an error, 2 usage error.
`;

/** @param {string[]} args */
export function read(args) {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { seed: { type: 'string' }, minutes: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(help);
    return undefined;
  }
  const name = oneName(positionals, /** @type {const} */ (['cache', 'jobs', 'limits', 'replay']));
  const seed = String(parseInteger('--seed', values.seed ?? String(Date.now()), Number.MAX_SAFE_INTEGER));
  const minutes = parseInteger('--minutes', values.minutes ?? '2', 10_000);
  if (minutes < 1) throw new UsageError('--minutes is 0.', 'Use at least 1.');
  process.stdout.write(`seed ${seed}, ${minutes} min\n`);
  // Imported after the build, whose output it imports.
  return async () => (await import('../soak/main.mjs')).runSoak({ name, seed, minutes });
}
