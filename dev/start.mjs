/**
 * `npm start`: installs, builds and starts everything, and leaves no process behind.
 *
 * It installs the signal handlers before it loads the rest, so that an early signal is handled too. Packages may not be
 * installed yet: everything imported here uses Node's own modules only.
 */
import { listenForStop } from './start/stop-signals.mjs';

const stop = listenForStop();
const { main } = await import('./start/main.mjs');
process.exit(await main(stop, process.argv.slice(2)));
