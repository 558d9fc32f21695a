/** `npm run soak -- NAME`: reads its arguments. `--help` lists them. */
import { oneName, parse, parseInteger, UsageError } from '../options.mjs';

const help = `npm run soak -- NAME [--seed N] [--minutes M]

Runs the system for a while and breaks something all the time, to see that nothing that must not happen does.

  NAME          cache: a fleet reads and changes through the cache while servers, links and processes break
                jobs: bookings with reminders while the Redis of the jobs is hurt in every way and workers are killed;
                2,000 bookings from 3 minutes on
                limits: four api processes under callers who ask for too much, while Redis is frozen and killed
                replay: a book is booked at 200 requests a second while Redis is killed and frozen
  --seed N      for all that is drawn (default: another one each time; it is printed first)
  --minutes M   how long (default 2, at least 1)
  --help        this text

Exit codes: 0 no violation, 1 there was one, 2 called in a way it does not understand.
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
  if (minutes < 1) throw new UsageError('--minutes is 0.', 'A soak takes a minute at the least.');
  process.stdout.write(`seed ${seed}, ${minutes} min\n`);
  // Loaded late: it imports what is built.
  return async () => (await import('../soak/main.mjs')).runSoak({ name, seed, minutes });
}
