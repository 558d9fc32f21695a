import { watchChildren } from '../services/children.mjs';
import { unbuiltWorkspaces } from '../setup/prepare.mjs';
import { projectFolder } from '../setup/project.mjs';
import { UserError } from '../setup/user-error.mjs';
import { startServer } from './server.mjs';

/**
 * Starts the api and the worker. In production nothing is installed, built or embedded, and the server reports all
 * settings that are missing.
 *
 * @param {import('./stop-signals.mjs').Stop} stop
 * @param {(undo: () => unknown) => void} atEnd
 */
export async function startProduction(stop, atEnd) {
  if (unbuiltWorkspaces().length > 0) {
    const fix = 'Run `npm ci --include=dev && npm run build` first.';
    throw new UserError(
      'With NODE_ENV=production nothing is built at the start, and the build is missing.',
      fix,
    );
  }
  const children = await stop.orStop(watchChildren(projectFolder));
  atEnd(children.stop);
  const { url, ended } = await stop.orStop(startServer(children, process.env));
  process.stdout.write(`BookedBarber is running: ${url}\n`);
  throw new UserError(await stop.orStop(ended));
}
