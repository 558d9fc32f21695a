/** `npm run replay`: reads its arguments. `--help` lists them. */
import { help, readOptions } from '../replay/options.mjs';

/** @param {string[]} args */
export function read(args) {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(help);
    return undefined;
  }
  // Loaded late: it imports what is built.
  return async () => (await import('../replay/main.mjs')).runReplay(options);
}
