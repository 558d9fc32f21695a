/** `npm run bench -- NAME`: brings what a bench needs, then measures. `--help` says how. */
import { fileOf, oneName, parse, WrongUsage } from '../bench/options.mjs';
import { measure } from './run/measure.mjs';
import { installBenchWhenNeeded } from './setup/install-bench.mjs';

const help = `npm run bench -- NAME [DIR] [--json FILE]

Measures, prints a table, and compares with what else does the same.

  NAME          cache: what hits cost and what races and outages do, beside four other cache libraries
                eviction: what in-process caches hit of the same requests: of a made trace, and of those in DIR
                http: availability over HTTP, from the cache and without it, against a route that sends constant bytes
  --json FILE   writes the rows {name, unit, raw, ours, peers, ratio, target, met} to a file too
  --help        this text

Exit codes: 0 every target is met, 1 one is not, 2 called in a way it does not understand.
`;

await measure(async () => {
  const { values, positionals } = parse({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: { json: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(help);
    return undefined;
  }
  const [named, folder, ...rest] = positionals;
  const name = oneName(
    named === undefined ? [] : [named, ...rest],
    /** @type {const} */ (['cache', 'eviction', 'http']),
  );
  if (folder !== undefined && name !== 'eviction')
    throw new WrongUsage(`${name} takes no folder.`, 'Leave it out.');
  // Loaded late: it imports what is built.
  return async () =>
    (await import('../bench/main.mjs')).runBench({ name, folder: fileOf(folder), json: fileOf(values.json) });
}, installBenchWhenNeeded);
