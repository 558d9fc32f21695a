/**
 * The server as started in production, with one additional route: `/bench/constant` sends a constant response of a
 * given size. The route is added here, so that no real server can have it.
 *
 * The process receives its order over the IPC channel and replies with its addresses. To each later message it replies
 * with its CPU time. With `limits` it runs two servers on one heap, the second one with the limits: the heap layout can
 * make a process a quarter slower than another for its whole lifetime, which would distort the comparison.
 */
import Fastify from 'fastify';
import pino from 'pino';
import { makeConfig } from '../../../apps/server/dist/config/config.js';
import { migrate } from '../../../apps/server/dist/database/migrate.js';
import { buildApp } from '../../../apps/server/dist/http/app.js';
import { createContext } from '../../../apps/server/dist/main/context.js';
import { loggerOptions } from '../../../apps/server/dist/main/logging.js';

/** Excludes a route from the OpenAPI document. The property is an extension of @fastify/swagger. @type {object} */
const hidden = { hide: true };

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
  app.get('/bench/constant', { schema: hidden }, (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(body),
  );
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** Fastify without the application. @param {Extract<AppOrder, { kind: 'bare' }>} order */
async function startBare({ constantBytes }) {
  const app = Fastify();
  const body = constantBody(constantBytes);
  app.get('/bench/constant', { schema: hidden }, (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(body),
  );
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** A JSON string of exactly this size. @param {number} bytes */
function constantBody(bytes) {
  return Buffer.from(JSON.stringify('x'.repeat(Math.max(0, bytes - 2))));
}
