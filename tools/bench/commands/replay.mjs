/** `npm run replay`: parses its arguments. `--help` lists them. */
import { help, readOptions } from '../replay/options.mjs';

/** @param {string[]} args */
export function read(args) {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(help);
    return undefined;
  }
  // Imported after the build, whose output it imports.
  return async () => (await import('../replay/main.mjs')).runReplay(options);
}
