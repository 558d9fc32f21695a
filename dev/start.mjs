/**
 * `npm start`: installs, builds and starts everything, and leaves no process behind.
 *
 * The signal handlers come first, so that a signal finds them while the rest still loads. Packages may not be installed
 * yet: what is imported here uses Node's own modules only.
 */
import { listenForStop } from './start/stop-signals.mjs';

const stop = listenForStop();
const { main } = await import('./start/main.mjs');
process.exit(await main(stop, process.argv.slice(2)));
