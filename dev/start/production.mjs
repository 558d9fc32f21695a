import { watchChildren } from '../services/children.mjs';
import { unbuiltWorkspaces } from '../setup/prepare.mjs';
import { projectFolder } from '../setup/project.mjs';
import { UserError } from '../setup/user-error.mjs';
import { startServer } from './server.mjs';

/**
 * Starts the api and the worker. In production, it installs and builds nothing and starts no embedded servers. The
 * server itself reports missing settings.
 *
 * @param {import('./stop-signals.mjs').Stop} stop
 * @param {(undo: () => unknown) => void} atEnd
 */
export async function startProduction(stop, atEnd) {
  if (unbuiltWorkspaces().length > 0) {
    throw new UserError(
      'The build is missing, and with NODE_ENV=production `npm start` does not build.',
      'Run `npm ci --include=dev && npm run build` first.',
    );
  }
  const children = await stop.orStop(watchChildren(projectFolder));
  atEnd(children.stop);
  const { url, ended } = await stop.orStop(startServer(children, process.env));
  process.stdout.write(`BookedBarber is running: ${url}\n`);
  throw new UserError(await stop.orStop(ended));
}
