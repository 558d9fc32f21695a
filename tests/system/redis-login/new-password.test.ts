import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type FakeSecretsManager, startSecretsManager } from '../../support/aws/secrets-manager.ts';
import { startLoad } from '../../support/rotation/load.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';

const [first, second] = ['First-password-of-32-characters!', 'Second&password#of$32^characters'];
/** Timeout of tests that start processes, in ms. */
const processTimeoutMs = 300_000;

let redis: RedisServerProcess;
let folder: string;
let file: string;
let secrets: FakeSecretsManager;
let server: TestServer | undefined;

beforeEach(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  await accept(first);
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-login-'));
  file = join(folder, 'password');
  secrets = await startSecretsManager();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await Promise.all([redis.close(), secrets.close()]);
  rmSync(folder, { recursive: true });
});

const accept = (...passwords: string[]) =>
  redis.admin.call('ACL', 'SETUSER', 'default', 'resetpass', ...passwords.map((text) => `>${text}`));
/** Replaces the file, as a secret mount does. */
function write(password: string): void {
  writeFileSync(`${file}.new`, `${password}\n`);
  renameSync(`${file}.new`, file);
}
function start(env: Readonly<Record<string, string>>, worker = true): Promise<TestServer> {
  const many = '16000000';
  return startServer({
    processes: 2,
    worker,
    env: {
      REDIS_URL: redis.url,
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_PER_MINUTE: many,
      RATE_LIMIT_PER_HOUR: many,
      RATE_LIMIT_PER_DAY: many,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'an-example-of-a-secret',
      REDIS_PASSWORD_REFRESH: '1',
      ...env,
    },
  });
}
const isHealthy = async (url: string) => {
  const { body } = await sendTo(url)('GET', '/api/v1/cache/health');
  return (body as { status: string }).status === 'healthy';
};
/** The ids of the connections on which the processes receive invalidations; a new connection has a new id. */
async function listeners(): Promise<string[]> {
  const clients = String(await redis.admin.client('LIST'));
  return [...clients.matchAll(/^id=(\d+) .* name=bookedbarber-api-cache:listen /gm)]
    .map(([, id = '']) => id)
    .sort();
}
const allHealthy = async (urls: readonly string[]) => (await Promise.all(urls.map(isHealthy))).every(Boolean);

describe.each(['file', 'secret'] as const)('a password in a %s', (kind) => {
  const store = (password: string) => (kind === 'file' ? write(password) : secrets.put('redis', password));
  const env = () =>
    kind === 'file' ? { REDIS_PASSWORD_FILE: file } : { REDIS_PASSWORD_SECRET: secrets.arnOf('redis') };

  test('can change without a restart, a failed request or a connection that keeps the old password', {
    timeout: processTimeoutMs,
  }, async () => {
    store(first);
    server = await start(env());
    const { urls, operatorToken, output } = server;
    const { shop, services } = await makeShop(sendTo(server.url, operatorToken));
    await until('both processes are connected to Redis', () => allHealthy(urls));
    await until('the worker is connected to its queue', () => output().includes('queue-available'));
    const days = `availability?segment=${services[0]?.id}:any&from=2030-01-07&days=7`;
    const paths = [`/api/v1/shops/${shop.slug}`, `/api/v1/shops/${shop.slug}/${days}`];
    const load = startLoad(urls.flatMap((url) => paths.map((path) => url + path)));

    await accept(first, second);
    store(second);
    const moved = () => output().split('"type":"login-changed"').length - 1;
    await until('all three processes have the new password', () => moved() === 3);
    await accept(second);
    // A process that still used the old password could not reconnect.
    await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const before = load.made;
    await until('200 more requests were sent', () => load.made > before + 200);
    await until('both processes are connected with the new password', () => allHealthy(urls));
    const { made, failed, seconds } = await load.stop();
    process.stdout.write(`${kind}: ${made} requests, ${failed.length} failed, ${seconds} s\n`);
    expect(failed).toEqual([]);
    expect(output()).not.toContain('login-rejected');
    expect(output()).toContain('"refused":0');
    expect(output()).not.toMatch(/"refused":[1-9]/);
    for (const password of [first, second]) expect(output()).not.toContain(password);
  });
});

test('a new password that the server does not accept yet is retried while the old one stays in use', {
  timeout: processTimeoutMs,
}, async () => {
  write(first);
  server = await start({ REDIS_PASSWORD_FILE: file }, false);
  const { urls, output } = server;
  await until('both processes are connected to Redis', () => allHealthy(urls));
  const before = await until('both processes listen to Redis', listeners, (ids) => ids.length === 2);
  write(second);
  const logged = (type: string) => output().split(`"type":"${type}"`).length - 1;
  await until('both processes have retried the rejected password', () => logged('login-not-accepted') >= 4);
  expect(await listeners()).toEqual(before);
  await accept(first, second);
  await until('both processes have the new password', () => logged('login-changed') === 2);
});

describe('a start without a readable password fails with the cause and the fix:', () => {
  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      'no file',
      () => ({ REDIS_PASSWORD_FILE: file }),
      /Redis password file cannot be read \(ENOENT\)\. Check that it exists/,
    ],
    [
      'no secret',
      () => ({ REDIS_PASSWORD_SECRET: 'nothing' }),
      /REDIS_URL: .* cannot be read \(ResourceNotFoundException\): .* Correct its name/,
    ],
    [
      'no permission to read the secret',
      () => {
        secrets.refuses.set('GetSecretValue', { code: 'AccessDeniedException', message: 'no' });
        return { REDIS_PASSWORD_SECRET: 'redis' };
      },
      /AccessDeniedException.*Allow its role secretsmanager:GetSecretValue/,
    ],
    [
      'a secret without a password',
      () => {
        secrets.put('redis', '{"user":"ann"}');
        return { REDIS_PASSWORD_SECRET: 'redis' };
      },
      /has no password\. It must contain only the password, or JSON with "password"/,
    ],
  ])('%s', { timeout: processTimeoutMs }, async (_case, env, expected) => {
    await expect(start(env(), false)).rejects.toThrow(expected);
  });
});
