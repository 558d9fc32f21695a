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
/** Processes start in these tests, in ms. */
const startsProcesses = 300_000;

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
/** As a mount does it: another file takes the name. */
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
const allHealthy = async (urls: readonly string[]) => (await Promise.all(urls.map(isHealthy))).every(Boolean);

describe.each(['file', 'secret'] as const)('a password in a %s', (kind) => {
  const hold = (password: string) => (kind === 'file' ? write(password) : secrets.put('redis', password));
  const env = () =>
    kind === 'file' ? { REDIS_PASSWORD_FILE: file } : { REDIS_PASSWORD_SECRET: secrets.arnOf('redis') };

  test('is taken when it changes: no restart, no failed request, no connection left with the old one', {
    timeout: startsProcesses,
  }, async () => {
    hold(first);
    server = await start(env());
    const { urls, operatorToken, output } = server;
    const { shop, services } = await makeShop(sendTo(server.url, operatorToken));
    await until('both see Redis', () => allHealthy(urls));
    await until('the worker has its queue', () => output().includes('queue-available'));
    const days = `availability?segment=${services[0]?.id}:any&from=2030-01-07&days=7`;
    const paths = [`/api/v1/shops/${shop.slug}`, `/api/v1/shops/${shop.slug}/${days}`];
    const load = startLoad(urls.flatMap((url) => paths.map((path) => url + path)));

    await accept(first, second);
    hold(second);
    const moved = () => output().split('"type":"login-changed"').length - 1;
    await until('both apis and the worker have it', () => moved() === 3);
    await accept(second);
    // Whoever had kept the old one would not come back.
    await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const before = load.made;
    await until('requests were made after that', () => load.made > before + 200);
    await until('both see Redis with it', () => allHealthy(urls));
    const { made, failed, seconds } = await load.stop();
    process.stdout.write(`${kind}: ${made} requests, ${failed.length} failed, ${seconds} s\n`);
    expect(failed).toEqual([]);
    expect(output()).not.toContain('"refused":1');
    for (const password of [first, second]) expect(output()).not.toContain(password);
  });
});

test('a password that comes before the server has it waits, and the old one is used', {
  timeout: startsProcesses,
}, async () => {
  write(first);
  server = await start({ REDIS_PASSWORD_FILE: file }, false);
  const { urls, output } = server;
  await until('both see Redis', () => allHealthy(urls));
  write(second);
  await until('it is told', () => output().includes('login-not-accepted'));
  await until('both see Redis all the same', () => allHealthy(urls));
  await accept(first, second);
  await until('both have it', () => output().split('"type":"login-changed"').length - 1 === 2);
});

describe('a start without a password that can be read says why, and what to do', () => {
  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      'no file',
      () => ({ REDIS_PASSWORD_FILE: file }),
      /password of Redis cannot be read \(ENOENT\): let it be/,
    ],
    [
      'no secret',
      () => ({ REDIS_PASSWORD_SECRET: 'nothing' }),
      /REDIS_URL: .* cannot be read \(ResourceNotFoundException\): .* correct its name/,
    ],
    [
      'no right to read it',
      () => {
        secrets.refuses.set('GetSecretValue', { code: 'AccessDeniedException', message: 'no' });
        return { REDIS_PASSWORD_SECRET: 'redis' };
      },
      /AccessDeniedException.*its role wants secretsmanager:GetSecretValue/,
    ],
    [
      'a secret without a password',
      () => {
        secrets.put('redis', '{"user":"ann"}');
        return { REDIS_PASSWORD_SECRET: 'redis' };
      },
      /holds none: it wants the password alone, or JSON with "password"/,
    ],
  ])('%s', { timeout: startsProcesses }, async (_case, env, expected) => {
    await expect(start(env(), false)).rejects.toThrow(expected);
  });
});
