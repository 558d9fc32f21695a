import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clearPlace,
  kill,
  makePlace,
  npmStart,
  type Place,
  untilNothingIsLeft,
  untilRunning,
} from '../../support/instance.ts';

describe.runIf(process.platform === 'linux')('npm start and the environment', () => {
  let place: Place;

  beforeEach(async () => {
    place = await makePlace();
  });

  afterEach(() => clearPlace(place));

  it('starts no embedded servers in production, and reports all missing settings together', async () => {
    const start = npmStart(place, { NODE_ENV: 'production' });
    expect(await start.exited).not.toBe(0);
    expect(start.output()).toContain('DATABASE_URL is missing');
    expect(start.output()).toContain('REDIS_URL is missing');
    for (const server of ['postgres', 'redis'])
      expect(existsSync(join(place.dataFolder, server)), server).toBe(false);
  });

  it('reports that DATABASE_URL cannot be used, without its password', async () => {
    const start = npmStart(place, { DATABASE_URL: 'postgres://me:hidden-word@127.0.0.1:1/shop' });
    expect(await start.exited).not.toBe(0);
    expect(start.output()).toContain('DATABASE_URL cannot be used');
    expect(start.output()).not.toContain('hidden-word');
    expect(await untilNothingIsLeft(place)).toEqual([]);
  });

  it('runs without Redis on request, and reports it', async () => {
    const start = npmStart(place, { BOOKEDBARBER_REDIS: 'off', BOOKEDBARBER_DEMO: 'off' });
    await untilRunning(start);
    expect(start.output()).toMatch(/Redis +none/);
    expect(existsSync(join(place.dataFolder, 'redis'))).toBe(false);
    expect((await fetch(`${place.url}/readyz`)).status).toBe(200);
    kill(start.npm.pid, 'SIGTERM');
    expect(await untilNothingIsLeft(place)).toEqual([]);
  });
});
