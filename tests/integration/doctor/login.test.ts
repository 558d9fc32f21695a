import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { processContext } from '../../../apps/cli/src/shared/io.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { runDoctor, secret, wrongSecret } from '../../support/doctor/doctor-target.ts';
import { eventually } from '../../support/eventually.ts';
import { startServer } from '../../support/server.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';
import { verify } from '../../support/verify/verify-target.ts';

/** Timeout of a test that starts two processes, in ms. */
const processTimeoutMs = 120_000;

let redis: PasswordRedis;
let args: string[];
beforeAll(async () => {
  redis = await startPasswordRedis();
  args = [redis.address];
});
afterAll(() => redis?.close());

describe('a password', () => {
  test('that is missing is reported', async () => {
    const { errors, finding } = await runDoctor({ args });
    expect(errors).toEqual(['password_missing']);
    expect(finding('password_missing').remediation).toContain('REDIS_PASSWORD');
  });

  test('that is wrong is reported', async () => {
    const { errors, finding } = await runDoctor({ args, variables: { REDIS_PASSWORD: wrongSecret } });
    expect(errors).toEqual(['password_wrong']);
    expect(finding('password_wrong').remediation).toContain('Compare REDIS_PASSWORD');
  });

  test('in the URL is checked', async () => {
    const withPassword = (word: string) => redis.address.replace('//', `//:${encodeURIComponent(word)}@`);
    expect((await runDoctor({ args: [withPassword(wrongSecret)] })).errors).toEqual(['password_wrong']);
    expect((await runDoctor({ args: [withPassword(secret)] })).errors).toEqual([]);
  });

  test('that the server does not require is a warning', async () => {
    const open = await startPasswordRedis();
    await open.admin.config('SET', 'requirepass', '');
    const { errors, warnings } = await runDoctor({
      args: [open.address],
      variables: { REDIS_PASSWORD: secret },
    });
    await open.close();
    expect([errors, warnings]).toEqual([[], ['password_not_required']]);
  });

  test('is not shown even if the error of the server contains it', async () => {
    const renamed = await startPasswordRedis(['--rename-command', 'AUTH', 'AUTH-OF-OURS']);
    const { errors, finding } = await runDoctor({
      args: [renamed.address],
      variables: { REDIS_PASSWORD: wrongSecret },
    });
    await renamed.close();
    expect(errors).toEqual(['login_refused']);
    expect(finding('login_refused').message).toContain('unknown command');
  });

  test('of any form never appears in the output', async () => {
    const visible = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 }).filter(
      // A password that cannot appear in the report by chance: no plain words, and no spaces at its ends.
      (word) => word.trim() === word && !/^[a-z ]+$/i.test(word),
    );
    await fc.assert(
      fc.asyncProperty(
        visible,
        fc.constantFrom('variable', 'address', 'broken address'),
        async (word, place) => {
          const encoded = encodeURIComponent(word);
          const input = {
            variable: { args, variables: { REDIS_PASSWORD: word } },
            address: { args: [redis.address.replace('//', `//:${encoded}@`)] },
            'broken address': { args: [`redis//:${word}@127.0.0.1`] },
          }[place];
          const { errors, text, report } = await runDoctor(input);
          expect(errors).toEqual([place === 'broken address' ? 'settings_wrong' : 'password_wrong']);
          for (const form of [word, encoded]) {
            expect(text).not.toContain(form);
            expect(JSON.stringify(report)).not.toContain(form);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a user', () => {
  const ask = (username: string) =>
    runDoctor({ args, variables: { REDIS_USERNAME: username, REDIS_PASSWORD: secret } });
  const setUser = (name: string, ...rules: string[]) =>
    redis.admin.call('ACL', 'SETUSER', name, 'reset', 'on', `>${secret}`, ...rules);

  beforeEach(async () => {
    await redis.admin.call('ACL', 'DELUSER', 'app');
  });

  test('that is unknown is reported as a wrong password', async () => {
    const { errors, finding } = await ask('app');
    expect(errors).toEqual(['password_wrong']);
    expect(finding('password_wrong').message).toContain('user app');
  });

  /** The access string in the remediation for a user with too few permissions. */
  const namedPermissions = async (): Promise<string[]> => {
    const { finding } = await askFor('~app:*', '+info');
    const rules = /on (.*?) \(ElastiCache/.exec(finding('user_without_rights').remediation)?.[1];
    return rules?.split(' ') ?? [];
  };

  test(
    'with the permissions in the remediation is healthy, and the server needs no others',
    async () => {
      const rights = await namedPermissions();
      expect(rights.length).toBeGreaterThan(5);
      await setUser('app', ...rights);
      const { errors, warnings } = await ask('app');
      expect([errors, warnings]).toEqual([[], []]);

      await redis.admin.call('ACL', 'LOG', 'RESET');
      const server = await startServer({
        worker: true,
        env: {
          REDIS_URL: redis.address,
          REDIS_USERNAME: 'app',
          REDIS_PASSWORD: secret,
          REDIS_KEY_PREFIX: 'bb',
          RATE_LIMIT_ENABLED: 'true',
        },
      });
      try {
        await eventually(async () =>
          expect(await (await fetch(`${server.url}/api/v1/cache/health`)).json()).toMatchObject({
            status: 'healthy',
          }),
        );
        const { wait } = processContext();
        const verified = await verify(server.url, [], { wait });
        expect(verified.errors).toEqual([]);
        const asOperator = sendTo(server.url, server.operatorToken);
        const { shop } = await makeShop(asOperator);
        await asOperator('GET', `/api/v1/cache/keys?shop=${shop.slug}`);
        await asOperator('GET', '/api/v1/cache/stats');
        // Wait until the worker has created its queue.
        await eventually(async () => expect(await redis.admin.keys('{bb:j}*')).not.toEqual([]));
      } finally {
        await server.stop();
      }
      expect(await redis.admin.call('ACL', 'LOG')).toEqual([]);
      await redis.admin.flushall();
    },
    processTimeoutMs,
  );

  const askFor = async (...rules: string[]) => {
    await setUser('app', ...rules);
    return ask('app');
  };

  test.each([
    [
      'commands',
      ['allkeys', 'allchannels', '+@all', '-eval', '-client|tracking'],
      ['EVAL', 'CLIENT TRACKING'],
    ],
    ['keys of the cache', ['~{bb:j}*', 'allchannels', '+@all'], ['SET on keys like bb:*']],
    [
      'keys of the jobs',
      ['~bb:*', 'allchannels', '+@all'],
      ['SET on keys like {bb:j}:*', 'EVAL on keys like {bb:j}:*'],
    ],
    ['channels', ['allkeys', '+@all'], ['PUBLISH on channels like bb:*', 'SUBSCRIBE on channels like bb:*']],
    ['server information', ['allkeys', 'allchannels', '+@all', '-info'], ['info']],
  ])('without access to %s is reported with the missing permissions', async (_what, rules, missing) => {
    const { errors, finding } = await askFor(...rules);
    expect(errors).toContain('user_without_rights');
    for (const part of missing) expect(finding('user_without_rights').message).toContain(part);
  });

  test('with too few permissions leaves no key without an expiry', async () => {
    await askFor('~{bb:j}*', 'allchannels', '+@all', '-set');
    await askFor('~bb:*', 'allchannels', '+@all', '-unlink', '-del');
    const keys = await redis.admin.keys('*');
    expect(keys).not.toEqual([]);
    // -1: without an expiry. One that has expired in the meantime is gone.
    for (const key of keys) expect(await redis.admin.pttl(key)).not.toBe(-1);
  });
});

describe('a password file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-doctor-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read', async () => {
    const file = join(folder, 'password');
    writeFileSync(file, `${secret}\n`);
    const variables = { REDIS_URL: redis.address, REDIS_PASSWORD_FILE: file };
    expect((await runDoctor({ variables })).errors).toEqual([]);
  });

  test('is reported if it cannot be read', async () => {
    const variables = { REDIS_URL: redis.address, REDIS_PASSWORD_FILE: join(folder, 'nothing') };
    const { errors, finding } = await runDoctor({ variables });
    expect(errors).toEqual(['login_unreadable']);
    expect(finding('login_unreadable').cause).toContain('ENOENT');
  });
});
