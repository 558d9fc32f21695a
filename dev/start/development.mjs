import { join } from 'node:path';
import { watchChildren } from '../services/children.mjs';
import { runCommand, tailOf } from '../setup/command.mjs';
import { installAndBuild } from '../setup/prepare.mjs';
import { projectFolder } from '../setup/project.mjs';
import { step } from '../setup/step.mjs';
import { UserError } from '../setup/user-error.mjs';
import { openDataFolder } from './data-folder.mjs';
import { openDatabases, shownAddress } from './databases.mjs';
import { requireFreePort } from './port.mjs';
import { startupMessage } from './screen.mjs';
import { openSecrets } from './secrets.mjs';
import { serverEnvironment, startServer } from './server.mjs';
import { readSettings } from './settings.mjs';

/**
 * Installs, builds and starts everything, and returns only by throwing.
 *
 * @param {import('./stop-signals.mjs').Stop} stop
 * @param {(undo: () => unknown) => void} atEnd
 * @throws {UserError} when something does not start or exits
 */
export async function startDevelopment(stop, atEnd) {
  const { env } = process;
  const settings = readSettings(env);
  const data = openDataFolder(settings);
  atEnd(data.close);
  // If the previous start was just killed, its watchdog may still be stopping its server.
  await stop.orStop(requireFreePort(settings.port, { waitMs: data.recovered ? 15_000 : 0 }));
  await stop.orStop(installAndBuild());

  const secrets = openSecrets(data, env);
  const children = await stop.orStop(watchChildren(data.path));
  atEnd(children.stop);
  const databases = await stop.orStop(openDatabases({ children, settings, data, secrets }));
  const serverEnv = serverEnvironment(env, { settings, secrets, databases });
  const { ended } = await stop.orStop(
    step('Starting the server', () => startServer(children, serverEnv, data.log)),
  );
  if (settings.demo) await stop.orStop(openDemoShop(settings.url, secrets.operatorToken));

  const { postgres, redis } = databases;
  data.announce({
    url: settings.url,
    database: shownAddress(postgres.url),
    redis: redis === undefined ? null : shownAddress(redis.url),
  });
  process.stdout.write(startupMessage({ settings, databases, secrets, data }));
  const reason = await stop.orStop(Promise.race([ended, databases.ended]));
  throw new UserError(`${reason}\nBookedBarber is stopping. The logs are in ${join(data.path, 'logs')}.`);
}

/**
 * Creates the demo shop if there is no shop yet, or completes one whose creation was interrupted. BookedBarber works
 * without it, so a failure is only reported.
 *
 * @param {string} url
 * @param {string} operatorToken
 */
async function openDemoShop(url, operatorToken) {
  const response = await fetch(`${url}/api/v1/shops`, { signal: AbortSignal.timeout(10_000) });
  const { shops } = /** @type {{ shops: { slug: string }[] }} */ (await response.json());
  if (shops.length > 0 && !shops.some((shop) => shop.slug === 'lantern-street')) return;
  const command = [join(projectFolder, 'apps/cli/bin/bookedbarber.mjs'), 'demo', '--url', url];
  const env = { ...process.env, BOOKEDBARBER_OPERATOR_TOKEN: operatorToken };
  const { code, output } = await step('Creating the demo shop', () =>
    runCommand(process.execPath, command, { env, timeoutMs: 120_000 }),
  );
  if (code === 0) return;
  process.stdout.write(
    `The demo shop could not be created. Everything else works.\n  Fix: npx bookedbarber demo\n${tailOf(output)}\n`,
  );
}
