/**
 * The server as production starts it, with one route more: `/bench/constant` sends bytes that are always the same, as
 * many as it was told. It is here and not in the server, so that no server can be talked into having it.
 *
 * It takes its order over the IPC channel and answers with its address; asked after that, with the CPU time that it has
 * used.
 */
import Fastify from 'fastify';
import pino from 'pino';
import { buildApp } from '../../apps/server/dist/app.js';
import { makeConfig } from '../../apps/server/dist/config/config.js';
import { createContext } from '../../apps/server/dist/context.js';
import { migrate } from '../../apps/server/dist/database/migrate.js';
import { loggerOptions } from '../../apps/server/dist/logging.js';

/** @typedef {{ kind: 'app', localCache: boolean, constantBytes: number } | { kind: 'bare', constantBytes: number }} AppOrder */

process.on('disconnect', () => process.exit(0));
process.once('message', (/** @type {AppOrder} */ order) => {
  const started = order.kind === 'bare' ? startBare(order) : startApp(order);
  started.then(
    (listening) => {
      process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
      process.send?.({ listening });
    },
    (error) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});

/** @param {Extract<AppOrder, { kind: 'app' }>} order */
async function startApp({ localCache, constantBytes }) {
  const config = makeConfig(process.env);
  const logger = pino(loggerOptions(config.logLevel));
  const context = createContext(config, { role: 'api', logger, localCache });
  await migrate(context.db);
  const app = await buildApp(context, logger);
  const body = constantBody(constantBytes);
  app.get('/bench/constant', (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(body),
  );
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** Fastify and nothing else. @param {Extract<AppOrder, { kind: 'bare' }>} order */
async function startBare({ constantBytes }) {
  const app = Fastify();
  const body = constantBody(constantBytes);
  app.get('/bench/constant', (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(body),
  );
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** JSON of exactly so many bytes. @param {number} bytes */
function constantBody(bytes) {
  return Buffer.from(JSON.stringify('x'.repeat(Math.max(0, bytes - 2))));
}
