import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { createTestDatabase } from './database.ts';

export const testOperatorToken = 'operator-token-for-tests-0123456789';
const bookingLinkSecret = 'booking-link-secret-for-tests-0123456789';
/** Generous, because the machine may be busy. */
const startWithinMs = 120_000;
const tailCharacters = 4000;

export type TestServer = {
  /** The first process. */
  url: string;
  /** URLs of all processes, which share the database. */
  urls: string[];
  databaseUrl: string;
  operatorToken: string;
  /** The output of one process, or of all of them, for example to search it for secrets. */
  output(process?: number): string;
  /** Kills one api process, like a crash. */
  kill(process: number): Promise<void>;
  stop(): Promise<void>;
};

export type TestServerOptions = {
  processes?: number;
  /** Variables that are added to the environment; undefined removes one. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Further variables of one process, by its number. */
  envOf?: (process: number) => Readonly<Record<string, string | undefined>>;
  /** Whether to start a worker too. */
  worker?: boolean;
};

/** Starts built api processes on free ports of 127.0.0.1, with a new database. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { processes = 1, env = {}, envOf = () => ({}), worker = false } = options;
  const database = await createTestDatabase();
  const keyPrefix = `test-${randomUUID().slice(0, 8)}`;
  const started = await Promise.all(
    Array.from({ length: processes }, (_, process) =>
      startProcess('api', keyPrefix, { DATABASE_URL: database.url, ...env, ...envOf(process) }),
    ),
  );
  const urls = started.map((api) => api.url);
  if (worker) started.push(await startProcess('worker', keyPrefix, { DATABASE_URL: database.url, ...env }));
  return {
    url: urls[0] ?? '',
    urls,
    databaseUrl: database.url,
    operatorToken: testOperatorToken,
    output: (process) =>
      started
        .filter((_, index) => process === undefined || index === process)
        .map((one) => one.output())
        .join(''),
    kill: async (process) => started[process]?.kill(),
    async stop() {
      await Promise.all(started.map((process) => process.stop()));
      await database.drop();
    },
  };
}

async function startProcess(
  role: 'api' | 'worker',
  keyPrefix: string,
  env: Readonly<Record<string, string | undefined>>,
) {
  const entry = fileURLToPath(new URL(`../../apps/server/dist/main/${role}.js`, import.meta.url));
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      PORT: '0',
      LOG_LEVEL: 'info',
      REDIS_URL: inject('redisUrl'),
      // Test files share one Redis server. Rate limits are off, because tests send many requests.
      REDIS_KEY_PREFIX: keyPrefix,
      RATE_LIMIT_ENABLED: 'false',
      // A busy machine may cause event loop delays.
      LOAD_SHEDDING: 'false',
      OPERATOR_TOKEN: testOperatorToken,
      BOOKING_LINK_SECRET: bookingLinkSecret,
      ...env,
    },
    // The process exits when this channel closes, so a killed test run leaves no process behind.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const url = role === 'api' ? await listening(child, () => output.slice(-tailCharacters)) : '';
  return { url, output: () => output, kill: () => kill(child), stop: () => stop(child) };
}

function listening(child: ChildProcess, tail: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`The api process ${why}:\n${tail()}`));
    };
    const timer = setTimeout(() => fail(`did not listen within ${startWithinMs} ms`), startWithinMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`exited with code ${code}`);
    });
    child.once('message', (message: { listening: string }) => {
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(message.listening);
    });
  });
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await ended;
  clearTimeout(timer);
}
