import { join } from 'node:path';
import { watchChildren } from '../services/children.mjs';
import { installAndBuild } from '../setup/prepare.mjs';
import { step } from '../setup/step.mjs';
import { UserError } from '../setup/user-error.mjs';
import { openDataFolder } from './data-folder.mjs';
import { openDatabases, shownAddress } from './databases.mjs';
import { openDemoShop } from './demo-shop.mjs';
import { requireFreePort } from './port.mjs';
import { startupMessage } from './screen.mjs';
import { openSecrets } from './secrets.mjs';
import { serverEnvironment, startServer } from './server.mjs';
import { readSettings } from './settings.mjs';

/**
 * @param {import('./stop-signals.mjs').Stop} stop
 * @param {(undo: () => unknown) => void} atEnd
 */
export async function startDevelopment(stop, atEnd) {
  const { env } = process;
  const settings = readSettings(env);
  const data = openDataFolder(settings);
  atEnd(data.close);
  // If the last start was killed a moment ago, its watchdog may still be stopping its server.
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
  throw new UserError(`${reason}\nBookedBarber stops. The logs are in ${join(data.path, 'logs')}.`);
}
