import { describe, expect, it } from 'vitest';
import { UserError } from '../setup/trouble.mjs';
import { readSettings } from './settings.mjs';

const folders = { projectFolder: '/project', defaultDataFolder: '/project/.data' };

/** @param {NodeJS.ProcessEnv} env */
const read = (env) => readSettings(env, folders);

/** @param {NodeJS.ProcessEnv} env */
function problemsOf(env) {
  try {
    read(env);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return '';
}

describe('what npm start reads from the environment', () => {
  it('needs nothing on a laptop', () => {
    expect(read({})).toMatchObject({
      production: false,
      dataFolder: '/project/.data',
      port: 3000,
      portIsChosen: false,
      host: '127.0.0.1',
      url: 'http://127.0.0.1:3000',
      publicUrl: 'http://localhost:3000',
      databaseUrl: undefined,
      redisUrl: undefined,
      demo: true,
    });
  });

  it('takes an empty variable for a missing one', () => {
    expect(read({ PORT: '', DATABASE_URL: '', BOOKEDBARBER_DATA: '', BOOKEDBARBER_DEMO: '' })).toEqual(
      read({}),
    );
  });

  it('takes a relative data folder from the project, wherever npm was called', () => {
    expect(read({ BOOKEDBARBER_DATA: 'second' }).dataFolder).toBe('/project/second');
    expect(read({ BOOKEDBARBER_DATA: '/elsewhere' }).dataFolder).toBe('/elsewhere');
  });

  it('does not take the name of the machine, which many shells export as HOST, for a wish', () => {
    expect(read({ HOST: 'laptop' }).host).toBe('127.0.0.1');
  });

  it.each(['0', '65536', 'http', '3000.5', '-1'])('refuses the port %s', (PORT) => {
    expect(problemsOf({ PORT })).toContain('PORT');
  });

  it('names everything that production misses in one report', () => {
    const faults = problemsOf({ NODE_ENV: 'production', PORT: 'x' });
    for (const name of ['PORT', 'DATABASE_URL', 'REDIS_URL', 'OPERATOR_TOKEN', 'BOOKING_LINK_SECRET']) {
      expect(faults).toContain(`${name} is`);
    }
  });

  it('never repeats an address that it refuses', () => {
    const faults = problemsOf({ DATABASE_URL: 'mysql://me:secret@host/db', REDIS_URL: 'secret' });
    expect(faults).toContain('DATABASE_URL');
    expect(faults).toContain('REDIS_URL');
    expect(faults).not.toContain('secret');
  });

  it('reaches a server that listens everywhere at this machine', () => {
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://host/db',
      REDIS_URL: 'rediss://host:6379',
      OPERATOR_TOKEN: 't',
      BOOKING_LINK_SECRET: 's',
    };
    expect(read({ ...env, HOST: '0.0.0.0' }).url).toBe('http://127.0.0.1:3000');
    expect(read({ ...env, HOST: '::1' }).url).toBe('http://[::1]:3000');
    expect(read(env).demo).toBe(false);
  });

  it('refuses to be told both that there is a Redis server and that there is none', () => {
    expect(problemsOf({ BOOKEDBARBER_REDIS: 'off', REDIS_URL: 'redis://host' })).toContain(
      'BOOKEDBARBER_REDIS',
    );
    expect(problemsOf({ BOOKEDBARBER_DEMO: 'maybe' })).toContain('on or off');
  });
});
