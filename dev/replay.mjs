/** `npm run replay`: brings what a replay needs, then replays a salon's book. `--help` says how. */
import { help, readOptions } from '../bench/replay/options.mjs';
import { measure } from './run/measure.mjs';

await measure(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(help);
    return undefined;
  }
  // Loaded late: it imports what is built.
  return async () => (await import('../bench/replay/main.mjs')).runReplay(options);
});
