import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from '../setup/trouble.mjs';
import { logFile, tailOfFile } from './log-file.mjs';
import { exitOf, serviceEnvironment, signalProcess } from './running-service.mjs';

/** @typedef {import('./host.mjs').ServiceFacts} ServiceFacts */

/**
 * @typedef {object} Services
 * @property {ServiceFacts | undefined} postgres
 * @property {ServiceFacts | undefined} redis
 * @property {Promise<string>} ended settles when the services cannot go on, with the reason
 * @property {() => Promise<void>} stop
 */

/**
 * Starts PostgreSQL and Redis under a host process (host.mjs says why there is one).
 *
 * @param {import('./host.mjs').HostOrder} order
 * @param {{ log: string, onWarning: (message: string) => void }} options `log` for the host's own words
 * @returns {Promise<Services>} when all that was ordered answers
 */
export async function startServices(order, { log, onWarning }) {
  const output = logFile(log);
  const host = spawn(process.execPath, [fileURLToPath(new URL('host.mjs', import.meta.url))], {
    cwd: '/',
    env: serviceEnvironment(),
    detached: true,
    stdio: ['pipe', 'pipe', output.fd],
  });
  output.close();
  const { stdin, stdout } = host;
  if (stdin === null || stdout === null) throw new Error('the host has no pipes');
  const exited = exitOf(host);
  /** @type {Map<string, ServiceFacts>} */
  const up = new Map();
  let stopping = false;

  const stop = async () => {
    stopping = true;
    stdin.end();
    // The host bounds each of its own steps; together they take less than this.
    const timer = setTimeout(() => host.kill('SIGKILL'), 40_000);
    await exited;
    clearTimeout(timer);
    // A host that was killed has left its servers behind. Their ids are known, since they were reported.
    if (host.exitCode !== 0) for (const { pid } of up.values()) signalProcess(pid, 'SIGQUIT');
  };

  /** @type {Promise<string>} */
  const failed = new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      /** @type {import('./host.mjs').HostReport} */
      const message = JSON.parse(line);
      if (message.event === 'up') up.set(message.name, message.facts);
      if (message.event === 'trouble') onWarning(message.message);
      if (message.event === 'failed') resolve(message.message);
      if (message.event === 'ready') host.emit('bookedbarber-ready');
    });
    void exited.then((how) => {
      if (!stopping)
        resolve(`The process that runs PostgreSQL and Redis ended (${how}):\n${tailOfFile(log)}`);
    });
  });
  const ready = new Promise((resolve) => host.once('bookedbarber-ready', () => resolve(undefined)));
  stdin.on('error', () => {});
  stdin.write(`${JSON.stringify(order)}\n`);

  const failure = await Promise.race([failed, ready]);
  if (typeof failure === 'string') {
    await stop();
    throw new UserError(failure);
  }
  return { postgres: up.get('postgres'), redis: up.get('redis'), ended: failed, stop };
}
