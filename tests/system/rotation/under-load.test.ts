import { randomUUID } from 'node:crypto';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  firstPassword,
  graceMs,
  type Installation,
  startInstallation,
} from '../../support/rotation/installation.ts';
import { startLoad } from '../../support/rotation/load.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';

let installation: Installation;
let server: TestServer | undefined;
beforeEach(async () => {
  installation = await startInstallation();
});
afterEach(async () => {
  await server?.stop();
  await installation.close();
});

test('two api processes and a worker serve a rotation under load without a failed request', {
  timeout: 300_000,
}, async () => {
  const many = '16000000';
  server = await startServer({
    processes: 2,
    worker: true,
    env: {
      REDIS_URL: installation.redis.url,
      REDIS_PASSWORD_SECRET: installation.secrets.arnOf('redis'),
      REDIS_PASSWORD_REFRESH: '1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: installation.secrets.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'an-example-of-a-secret',
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_PER_MINUTE: many,
      RATE_LIMIT_PER_HOUR: many,
      RATE_LIMIT_PER_DAY: many,
    },
  });
  const { urls, operatorToken, output } = server;
  const { shop, services } = await makeShop(sendTo(server.url, operatorToken));
  const isHealthy = async (url: string) => {
    const { body } = await sendTo(url)('GET', '/api/v1/cache/health');
    return (body as { status: string }).status === 'healthy';
  };
  const allHealthy = async () => (await Promise.all(urls.map(isHealthy))).every(Boolean);
  await until('both processes are connected to Redis', allHealthy);
  await until('the worker is connected to its queue', () => output().includes('queue-available'));
  const days = `availability?segment=${services[0]?.id}:any&from=2030-01-07&days=7`;
  const paths = [`/api/v1/shops/${shop.slug}`, `/api/v1/shops/${shop.slug}/${days}`];
  const load = startLoad(urls.flatMap((url) => paths.map((path) => url + path)));

  const version = randomUUID();
  const SecretId = installation.secrets.arnOf('redis');
  for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
    await installation.call({ Step, SecretId, ClientRequestToken: version });
  const moved = () => output().split('"type":"login-changed"').length - 1;
  await until('all three processes have the new password', () => moved() === 3);
  installation.later(graceMs);
  await installation.call({ revokeOldPassword: true });
  expect(await installation.takes(firstPassword)).toBe(false);
  // A process that still used the old password could not reconnect.
  await installation.redis.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  const before = load.made;
  await until('200 more requests were sent', () => load.made > before + 200);
  await until('both processes are connected with the new password', allHealthy);
  const { made, failed, seconds } = await load.stop();
  process.stdout.write(
    `Rotation under load: ${made} requests sent, ${failed.length} failed, ${seconds} seconds\n`,
  );
  expect(failed).toEqual([]);
  expect(output()).not.toContain('login-rejected');
  expect(output()).not.toContain(firstPassword);
});
