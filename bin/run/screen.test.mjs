import { expect, it } from 'vitest';
import { projectFolder } from '../setup/project.mjs';
import { startupMessage, useColors } from './screen.mjs';
import { readSettings } from './settings.mjs';

const facts = {
  settings: readSettings({}, { projectFolder, defaultDataFolder: `${projectFolder}/.data` }),
  services: {
    postgres: { embedded: true, url: 'postgres://me:word-1@127.0.0.1:5000/bookedbarber', version: '18.4' },
    redis: { embedded: false, url: 'rediss://:word-2@cache.example:6379', version: undefined },
    whyNoRedis: undefined,
    ended: new Promise(() => {}),
    stop: async () => {},
  },
  secrets: {
    postgresPassword: 'word-3',
    redisPassword: 'word-4',
    operatorToken: 'word-5',
    bookingLinkSecret: 'word-6',
    operatorTokenIs: /** @type {const} */ ('kept'),
  },
  data: {
    path: `${projectFolder}/.data`,
    secretsFile: `${projectFolder}/.data/secrets.json`,
    recovered: false,
    log: (/** @type {string} */ name) => name,
    announce: () => {},
    close: () => {},
  },
};

it('shows no secret', () => {
  expect(startupMessage(facts, { colours: false })).not.toMatch(/word-\d/);
});

it('shows the operator token, and nothing else, on the start that made it', () => {
  const secrets = { ...facts.secrets, operatorTokenIs: /** @type {const} */ ('new') };
  expect(startupMessage({ ...facts, secrets }, { colours: false }).match(/word-\d/g)).toEqual(['word-5']);
});

it('says whose servers are used, and why there is no Redis', () => {
  const screen = startupMessage(facts, { colours: false });
  expect(screen).toContain('embedded, 127.0.0.1:5000/bookedbarber, version 18.4');
  expect(screen).toContain('yours, cache.example:6379, no answer yet');
  const without = { ...facts.services, redis: undefined, whyNoRedis: 'There is no server.\n  Install one.' };
  expect(startupMessage({ ...facts, services: without }, { colours: false })).toMatch(
    /none: [\s\S]*no server[\s\S]*Install/,
  );
});

it('is plain where nobody looks at colours', () => {
  expect(startupMessage(facts, { colours: false })).not.toContain('\u001b');
  expect(startupMessage(facts, { colours: true })).toContain('\u001b');
  expect(useColors({ isTTY: true }, {})).toBe(true);
  expect(useColors({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(useColors({}, {})).toBe(false);
});
