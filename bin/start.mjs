/**
 * `npm start`: installs, builds and starts everything, and leaves nothing behind when it ends.
 *
 * It runs before anything is installed, so it and what it imports use Node's own modules alone.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addressWithoutSecrets } from './run/address.mjs';
import { openDataFolder } from './run/data-folder.mjs';
import { openDemoShop } from './run/demo.mjs';
import { requireFreePort } from './run/port.mjs';
import { withProductionFile } from './run/production-file.mjs';
import { startupMessage, useColors } from './run/screen.mjs';
import { openSecrets } from './run/secrets.mjs';
import { serverEnvironment, superviseApi, superviseWorker } from './run/server.mjs';
import { openServices } from './run/services.mjs';
import { readSettings } from './run/settings.mjs';
import { listenForStop, StartAbortedError } from './run/stop-order.mjs';
import { buildWhenNeeded } from './setup/build.mjs';
import { installWhenNeeded } from './setup/install.mjs';
import { requireNodeVersion } from './setup/node-version.mjs';
import { defaultDataFolder, projectFolder } from './setup/project.mjs';
import { oneAtATime, step } from './setup/steps.mjs';
import { describeError, UserError } from './setup/trouble.mjs';

// Every process that we start inherits this mark, so that none can hide.
process.env['BOOKEDBARBER_RUN'] ||= randomUUID();

/** What has been started, in the order of its start: it is stopped in the opposite order. @type {(() => unknown)[]} */
const undo = [];
const stop = listenForStop(process.env);
let exitCode = 0;
try {
  await start();
} catch (error) {
  if (!(error instanceof StartAbortedError)) {
    process.stderr.write(`\n${describeError(error)}\n`);
    exitCode = 1;
  }
}
for (const undoOne of undo.reverse()) {
  try {
    await undoOne();
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    exitCode = 1;
  }
}
process.exit(exitCode);

async function start() {
  requireNodeVersion();
  const env = withProductionFile(process.env, projectFolder);
  const settings = readSettings(env, { projectFolder, defaultDataFolder });
  const data = openDataFolder(settings.dataFolder, settings);
  undo.push(data.close);
  // A server of the last start may still be on its way out, if that start was killed a moment ago.
  await stop.orStop(requireFreePort(settings, { waitMs: data.recovered ? 15_000 : 0 }));
  if (settings.production) refuseUnbuilt();
  else await stop.orStop(oneAtATime(prepare));

  const secrets = openSecrets(data, env, settings);
  const opening = openServices({ settings, data, secrets, env, onWarning: say });
  undo.push(async () => (await opening.catch(() => undefined))?.stop());
  const services = await stop.orStop(opening);

  /** @type {(message: string) => void} */
  let giveUp = () => {};
  const givenUp = new Promise((resolve) => {
    giveUp = resolve;
  });
  const server = {
    env: serverEnvironment({ env, settings, secrets, services }),
    url: settings.url,
    // In production the service manager keeps the logs.
    log: (/** @type {string} */ name) => (settings.production ? undefined : data.log(name)),
    onWarning: say,
    onGaveUp: giveUp,
  };
  const api = superviseApi(server);
  undo.push(api.stop);
  await stop.orStop(step('Starting the server', () => api.started));
  const worker = superviseWorker(server);
  undo.push(worker.stop);
  await stop.orStop(worker.started);
  if (settings.demo)
    await stop.orStop(openDemoShop({ url: settings.url, operatorToken: secrets.operatorToken }));

  data.announce({
    url: settings.url,
    pid: process.pid,
    database: addressWithoutSecrets(services.postgres.url),
    redis: services.redis === undefined ? null : addressWithoutSecrets(services.redis.url),
    startedAt: new Date().toISOString(),
  });
  const screen = { settings, services, secrets, data };
  process.stdout.write(startupMessage(screen, { colours: useColors(process.stdout, process.env) }));

  const broken = await stop.orStop(Promise.race([givenUp, services.ended]));
  throw new UserError(`${broken}\nBookedBarber stops.`);
}

async function prepare() {
  await installWhenNeeded();
  await buildWhenNeeded();
}

function refuseUnbuilt() {
  const missing = ['node_modules', 'apps/server/dist', 'apps/web/dist'].filter(
    (path) => !existsSync(join(projectFolder, path)),
  );
  if (missing.length === 0) return;
  throw new UserError(
    `In production nothing is installed or built at the start, and ${missing.join(', ')} is missing.`,
    'Run `npm ci --include=dev && npm run build` when the image is made.',
  );
}

/** @param {string} message */
function say(message) {
  process.stderr.write(`${message}\n`);
}
