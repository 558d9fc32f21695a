import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '../setup/user-error.mjs';
import { watchChildren } from './children.mjs';
import { freePort } from './free-port.mjs';
import { startPostgres } from './postgres/postgres.mjs';
import { startRedis } from './redis/redis.mjs';

/** A running server. @typedef {{ pid: number, port: number, version: string, exited: Promise<string> }} Service */

/**
 * `ended` resolves with the reason when a service cannot be restarted.
 *
 * @typedef {{ postgres: Service | undefined, redis: Service | undefined, ended: Promise<string> }} Services
 */

/**
 * @typedef {object} ServicesOrder
 * @property {import('./postgres/postgres.mjs').PostgresOptions} [postgres]
 * @property {import('./redis/redis.mjs').RedisOptions & { port?: number }} [redis] port: default a free one
 */

/**
 * Starts PostgreSQL and Redis in a folder. They stop when this process exits, even if it is killed.
 *
 * @param {ServicesOrder} order
 * @param {{ folder: string, removeFolder?: boolean, onRestart: (message: string) => void }} options
 * @returns {Promise<Services & { stop: () => Promise<void> }>}
 */
export async function startServices(order, { folder, removeFolder = false, onRestart }) {
  const children = await watchChildren(folder, { removeFolder });
  try {
    return { ...(await runServices(children, order, onRestart)), stop: children.stop };
  } catch (error) {
    await children.stop();
    throw error;
  }
}

/**
 * Starts PostgreSQL and Redis. A server that exits unexpectedly is restarted on the same port.
 *
 * @param {import('./children.mjs').Children} children
 * @param {ServicesOrder} order
 * @param {(message: string) => void} onRestart
 * @returns {Promise<Services>} when all of them are ready
 */
export async function runServices(children, { postgres, redis }, onRestart) {
  /** Each resolves when its service cannot be restarted. @type {Promise<string>[]} */
  const failures = [];
  /** @param {string} name @param {Start} start @param {number} [port] */
  const supervise = async (name, start, port) => {
    const service = await (port === undefined ? startOnFreePort(start) : start(port));
    failures.push(restart(name, start, service).catch(describeError));
    return service;
  };
  /** @param {string} name @param {Start} start @param {Service} service @returns {Promise<string>} */
  const restart = async (name, start, service) => {
    const how = await service.exited;
    if (children.stopping) return 'stopped';
    onRestart(`${name} exited unexpectedly (${how}). It is being restarted.`);
    await delay(250);
    return restart(name, start, await start(service.port));
  };
  const [startedPostgres, startedRedis] = await Promise.all([
    postgres && supervise('PostgreSQL', (port) => startPostgres(children, postgres, port)),
    redis && supervise('Redis', (port) => startRedis(children, redis, port), redis.port),
  ]);
  return { postgres: startedPostgres, redis: startedRedis, ended: Promise.race(failures) };
}

/** @typedef {(port: number) => Promise<Service>} Start */

/**
 * Retries with another port, because another process may take the port before the server listens.
 *
 * @param {Start} start
 * @returns {Promise<Service>}
 */
async function startOnFreePort(start, attempts = 3) {
  try {
    return await start(await freePort());
  } catch (error) {
    if (attempts > 1 && /Address already in use/i.test(String(error)))
      return startOnFreePort(start, attempts - 1);
    throw error;
  }
}
