/** `npm run bench -- NAME`: reads its arguments. `--help` lists them. */
import { fileOf, oneName, parse, UsageError } from '../options.mjs';

const help = `npm run bench -- NAME [DIR] [--file FILE] [--json FILE]

Measures, prints a table, and compares with what else does the same.

  NAME          cache: what hits cost and what races and outages do, beside four other cache libraries
                eviction: what in-process caches hit of the same requests: of a made trace, and of those in DIR
                http: availability over HTTP, from the cache and without it, against a route that sends constant bytes,
                and with the limits on against off
                jobs: messages from the outbox to sent, against BullMQ alone, and what they cost a booking
                limits: rate limiters side by side: CPU, strictness, memory, and what a frozen Redis does to them
                limits-trace: who of a web server's log would be limited, compared with an exact log; wants --file
                sizing: what shops, visitors and bookings cost Redis; the constants behind the verb plan
  --file FILE   for limits-trace: a CSV of epoch_seconds,subject
  --json FILE   writes the rows {name, unit, raw, ours, peers, ratio, target, met} to a file too
  --help        this text

Exit codes: 0 every target is met, 1 one is not, 2 called in a way it does not understand.
`;

/** @param {string[]} args */
export function read(args) {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { json: { type: 'string' }, file: { type: 'string' }, help: { type: 'boolean' } },
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
    throw new UsageError(`${name} takes no folder.`, 'Leave it out.');
  // Loaded late: it imports what is built.
  return async () =>
    (await import('../main.mjs')).runBench({
      name,
      json: fileOf(values.json),
      file: fileOf(values.file),
      folder: fileOf(folder),
    });
}
