/**
 * The server as production starts it, with one route more: `/bench/constant` sends bytes that are always the same, as
 * many as it was told. It is here and not in the server, so that no server can be talked into having it.
 *
 * It takes its order over the IPC channel and answers with its address; asked after that, with the CPU time that it has
 * used. Told of limits, it is two servers on one heap, the second of which has them: how a heap happens to lie makes one
 * process a quarter slower than the next for all of its life, and what is compared should not differ in that.
 */
import Fastify from 'fastify';
import pino from 'pino';
import { makeConfig } from '../../../apps/server/dist/config/config.js';
import { migrate } from '../../../apps/server/dist/database/migrate.js';
import { buildApp } from '../../../apps/server/dist/http/app.js';
import { createContext } from '../../../apps/server/dist/main/context.js';
import { loggerOptions } from '../../../apps/server/dist/main/logging.js';

/** @typedef {{ kind: 'app', localCache: boolean, constantBytes: number, limits?: Record<string, string> } | { kind: 'bare', constantBytes: number }} AppOrder */

process.on('disconnect', () => process.exit(0));
process.once('message', (/** @type {AppOrder} */ order) => {
  start(order).then(
    (urls) => {
      process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
      process.send?.({ urls });
    },
    (error) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});

/** @param {AppOrder} order @returns {Promise<string[]>} */
async function start(order) {
  if (order.kind === 'bare') return [await startBare(order)];
  const urls = [await startApp(order, process.env)];
  if (order.limits !== undefined) urls.push(await startApp(order, { ...process.env, ...order.limits }));
  return urls;
}

/** @param {Extract<AppOrder, { kind: 'app' }>} order @param {NodeJS.ProcessEnv} env */
async function startApp({ localCache, constantBytes }, env) {
  const config = makeConfig(env);
  const logger = pino(loggerOptions(config.logLevel));
  const context = createContext(config, { role: 'api', logger, localCache });
  await migrate(context.db);
  const app = await buildApp(context, logger);
  const body = constantBody(constantBytes);
  app.get('/bench/constant', { schema: { hide: true } }, (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(body),
  );
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** Fastify and nothing else. @param {Extract<AppOrder, { kind: 'bare' }>} order */
async function startBare({ constantBytes }) {
  const app = Fastify();
  const body = constantBody(constantBytes);
  app.get('/bench/constant', { schema: { hide: true } }, (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(body),
  );
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** JSON of exactly so many bytes. @param {number} bytes */
function constantBody(bytes) {
  return Buffer.from(JSON.stringify('x'.repeat(Math.max(0, bytes - 2))));
}
