import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '../../../dev/setup/poll.mjs';
import {
  clearPlace,
  kill,
  leftovers,
  makePlace,
  type NpmStart,
  npmStart,
  type Place,
  untilNothingIsLeft,
  untilRunning,
} from '../../support/instance.ts';

interface Secrets {
  readonly postgresPassword: string;
  readonly redisPassword: string;
  readonly operatorToken: string;
  readonly bookingLinkSecret: string;
}

describe.runIf(process.platform === 'linux')('npm start', () => {
  let place: Place;
  let first: NpmStart;

  const file = (name: string) => join(place.dataFolder, name);
  const read = (name: string) => readFileSync(file(name), 'utf8');
  const secrets = () => JSON.parse(read('secrets.json')) as Secrets;
  const shops = async () =>
    ((await (await fetch(`${place.url}/api/v1/shops`)).json()) as { shops: unknown[] }).shops;
  const pidOf = async (command: RegExp) =>
    (await leftovers(place)).find((one) => command.test(one.command))?.pid;

  beforeAll(async () => {
    place = await makePlace();
    first = npmStart(place);
    await untilRunning(first);
  });

  afterAll(() => clearPlace(place));

  it('prints its usage', async () => {
    const start = npmStart(place, {}, ['--', '--help']);
    expect(await start.exited).toBe(0);
    expect(start.output()).toContain('BOOKEDBARBER_DATA');
  });

  it('is ready for requests when it reports that it is running', async () => {
    expect((await fetch(`${place.url}/readyz`)).status).toBe(200);
  });

  it('reports in the health check that Redis is available', async () => {
    const response = await fetch(`${place.url}/api/v1/cache/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ redis_available: true });
  });

  it('creates a demo shop in an empty database', async () => {
    expect(await shops()).toHaveLength(1);
  });

  it('prints the operator token on the first start, and no other secret', () => {
    const { operatorToken, postgresPassword, redisPassword, bookingLinkSecret } = secrets();
    expect(first.output()).toContain(operatorToken);
    for (const secret of [postgresPassword, redisPassword, bookingLinkSecret]) {
      expect(first.output()).not.toContain(secret);
    }
  });

  it('stores the secrets in a file that only its owner can read', () => {
    expect(statSync(file('secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('writes no secret to instance.json, logs or command lines', async () => {
    const instance = JSON.parse(read('instance.json')) as Record<string, unknown>;
    expect(instance).toMatchObject({
      url: place.url,
      database: expect.stringMatching(/^postgres:\/\/127\.0\.0\.1:\d+\/bookedbarber$/) as string,
      redis: expect.stringMatching(/^redis:\/\/127\.0\.0\.1:\d+$/) as string,
    });
    const commands = (await leftovers(place)).map(({ command }) => command).join('\n');
    for (const program of ['api.js', 'worker.js', 'postgres', /redis|valkey/])
      expect(commands).toMatch(program);
    const logs = ['api', 'worker', 'postgres', 'redis'].map((name) => read(`logs/${name}.log`));
    expect(logs).not.toContain('');
    const texts = [read('instance.json'), ...logs, commands].join('\n');
    for (const secret of Object.values(secrets())) expect(texts).not.toContain(secret);
  });

  it('rejects a second start on the same data folder, and reports the address of the first', async () => {
    const second = npmStart(place);
    expect(await second.exited).not.toBe(0);
    expect(second.output()).toContain('already running');
    expect(second.output()).toContain(place.url);
    expect((await fetch(`${place.url}/readyz`)).status).toBe(200);
  });

  it('rejects a port that is in use, and reports how to fix it', async () => {
    const other = await makePlace();
    try {
      const second = npmStart({ ...other, port: place.port });
      expect(await second.exited).not.toBe(0);
      expect(second.output()).toContain(`Port ${place.port} is in use`);
      expect(second.output()).toContain('npm start');
    } finally {
      await clearPlace(other);
    }
  });

  it('restarts a killed Redis at the same address', async () => {
    const killed = Number.parseInt(read('redis/redis.pid'), 10);
    kill(killed, 'SIGKILL');
    const restarted = await poll(
      async () => {
        const pid = Number.parseInt(read('redis/redis.pid'), 10);
        const health = await fetch(`${place.url}/api/v1/cache/health`).then((response) => response.json());
        const isAvailable = pid !== killed && (health as { redis_available: boolean }).redis_available;
        return isAvailable || undefined;
      },
      { timeoutMs: 120_000 },
    );
    expect(restarted).toBe(true);
  });

  it('keeps its data on the next start, without another demo shop and without printing the token', async () => {
    const before = await shops();
    const { operatorToken } = secrets();
    kill(first.npm.pid, 'SIGTERM');
    expect(await untilNothingIsLeft(place)).toEqual([]);

    const second = npmStart(place);
    await untilRunning(second);
    expect(await shops()).toEqual(before);
    expect(secrets().operatorToken).toBe(operatorToken);
    expect(second.output()).not.toContain(operatorToken);
    expect(second.output()).toContain('secrets.json');
    kill(second.npm.pid, 'SIGTERM');
    expect(await untilNothingIsLeft(place)).toEqual([]);
  });

  it('exits when the API process exits, and prints the last lines of its log', async () => {
    const third = npmStart(place);
    await untilRunning(third);
    const api = await pidOf(/dist\/main\/api\.js/);
    if (api === undefined) throw new Error('The API process was not found');
    kill(api, 'SIGKILL');
    expect(await third.exited).not.toBe(0);
    expect(third.output()).toMatch(/The api ended \(SIGKILL\)\. Its log ends with:\n {4}\{/);
    expect(await untilNothingIsLeft(place)).toEqual([]);
  });
});
