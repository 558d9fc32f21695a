import { expect, it } from 'vitest';
import { projectFolder } from '../setup/project.mjs';
import { readSettings } from './settings.mjs';

it('requires no variables and treats an empty one as missing', () => {
  expect(readSettings({})).toMatchObject({
    dataFolder: `${projectFolder}/.data`,
    port: 3000,
    publicUrl: 'http://localhost:3000',
    databaseUrl: undefined,
    demo: true,
  });
  const empty = { PORT: '', DATABASE_URL: '', BOOKEDBARBER_DATA: '', BOOKEDBARBER_DEMO: '' };
  expect(readSettings(empty)).toEqual(readSettings({}));
});

it('resolves a relative data folder against the project folder, regardless of the current directory', () => {
  expect(readSettings({ BOOKEDBARBER_DATA: 'second' }).dataFolder).toBe(`${projectFolder}/second`);
  expect(readSettings({ BOOKEDBARBER_DATA: '/elsewhere' }).dataFolder).toBe('/elsewhere');
});

it.each(['0', '65536', 'http', '3000.5', '-1'])('rejects the port %s', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow('PORT is');
});

it('reports all problems in one error', () => {
  const env = { PORT: 'x', BOOKEDBARBER_REDIS: 'off', REDIS_URL: 'redis://host', BOOKEDBARBER_DEMO: 'maybe' };
  expect(() => readSettings(env)).toThrow(/PORT is[\s\S]*DEMO is "maybe"[\s\S]*REDIS is off, but REDIS_URL/);
});
