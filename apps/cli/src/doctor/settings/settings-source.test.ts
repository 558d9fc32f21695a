import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../environment.ts';
import { processContext } from '../../shared/io.ts';
import { checkSettings } from './settings-check.ts';
import { findSettings } from './settings-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Given = Partial<Parameters<typeof findSettings>[0]>;

const find = (variables: Record<string, string>, given: Given = {}) =>
  findSettings(
    { redisUrl: undefined, envFile: undefined, ...given },
    {
      ...processContext(),
      environment: readEnvironment(variables),
      workingFolder: folder,
      projectFolder: folder,
    },
  );

const production = (text: string) => writeFileSync(join(folder, '.env.production'), text);

describe('settings come from', () => {
  test('the given URL first; the environment adds missing credentials but no conflicting values', () => {
    const environment = {
      REDIS_URL: 'redis://a',
      REDIS_PASSWORD: 'p',
      REDIS_SSL: 'false',
      REDIS_JOBS_URL: 'redis://j',
    };
    const { variables } = find(environment, { redisUrl: 'rediss://b' });
    expect(variables).toEqual({ REDIS_URL: 'rediss://b', REDIS_PASSWORD: 'p' });
    expect(find(environment, { redisUrl: 'rediss://:q@b' }).variables['REDIS_PASSWORD']).toBeUndefined();
  });

  test.each([
    { REDIS_JOBS_PASSWORD_FILE: '/f' },
    { REDIS_JOBS_PASSWORD_SECRET: 's' },
    { REDIS_JOBS_IAM_USER: 'worker', REDIS_JOBS_IAM_CACHE: 'jobs', AWS_REGION: 'us-east-1' },
  ])('the given URL without the server for jobs, whose login is %o', (login) => {
    const environment = { REDIS_URL: 'rediss://a', REDIS_JOBS_URL: 'rediss://j', ...login };
    const { variables, source } = find(environment, { redisUrl: 'rediss://b' });
    expect(checkSettings(variables, source).value).toMatchObject([
      { address: 'rediss://b:6379', uses: ['cache', 'limits', 'jobs'] },
    ]);
  });

  test.each([
    { REDIS_PASSWORD_FILE: '/f' },
    { REDIS_PASSWORD_SECRET: 's' },
    { REDIS_IAM_USER: 'api', REDIS_IAM_CACHE: 'shop', AWS_REGION: 'us-east-1' },
  ])('the given URL with its own password in place of %o', (login) => {
    const { variables, source } = find(login, { redisUrl: 'rediss://ann:q@b' });
    expect(checkSettings(variables, source).value[0]?.server).toMatchObject({
      username: 'ann',
      password: 'q',
      login: null,
    });
  });

  test('the given file, but the environment takes precedence', () => {
    writeFileSync(join(folder, 'mine'), "REDIS_URL=redis://file\nREDIS_PASSWORD='a#b'\n");
    const { variables, source } = find({ REDIS_PASSWORD: 'own' }, { envFile: 'mine' });
    expect(variables).toMatchObject({ REDIS_URL: 'redis://file', REDIS_PASSWORD: 'own' });
    expect(source).toBe('mine');
    expect(() => find({}, { envFile: 'nothing' })).toThrow('There is no file nothing.');
  });

  test('the environment, without the password in .env.production unless NODE_ENV is production', () => {
    production('REDIS_URL=redis://production\nREDIS_PASSWORD=of-production\n');
    expect(find({ REDIS_URL: 'redis://laptop' }).variables).toEqual({ REDIS_URL: 'redis://laptop' });
    const inProduction = find({ REDIS_URL: 'redis://other', NODE_ENV: 'production' });
    expect(inProduction.variables).toMatchObject({
      REDIS_URL: 'redis://other',
      REDIS_PASSWORD: 'of-production',
    });
  });

  test('.env.production, when the environment has no REDIS_URL', () => {
    production('REDIS_URL=redis://production\n');
    expect(find({})).toMatchObject({
      variables: { REDIS_URL: 'redis://production' },
      source: '.env.production',
    });
  });

  test('the local instance last, whose password is sent only to this machine', () => {
    mkdirSync(join(folder, '.data'));
    const running = (redis: string) => {
      writeFileSync(
        join(folder, '.data', 'instance.json'),
        JSON.stringify({ url: 'http://localhost:3000', redis }),
      );
      writeFileSync(join(folder, '.data', 'secrets.json'), JSON.stringify({ redisPassword: 'embedded' }));
      return find({}).variables['REDIS_PASSWORD'];
    };
    expect(running('redis://127.0.0.1:7001')).toBe('embedded');
    expect(running('rediss://cache.example:6379')).toBeUndefined();
  });

  test('no source, which is an error', () => {
    expect(() => find({})).toThrow('No Redis is configured.');
  });
});
