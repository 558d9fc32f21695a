import { expect, it } from 'vitest';
import { runningScreen } from './screen.mjs';

const facts = {
  settings: { publicUrl: 'http://localhost:3000', mailbox: true },
  databases: {
    postgres: { url: 'postgres://me:word-1@127.0.0.1:5000/bookedbarber?sslkey=word-2', version: '18.4' },
    redis: { url: 'rediss://:word-3@cache.example:6379' },
    whyNoRedis: undefined,
  },
  secrets: { operatorToken: 'word-4', operatorTokenIs: /** @type {const} */ ('kept') },
  data: { path: '/data' },
};

it('shows no secret, except the operator token on the start that created it', () => {
  expect(runningScreen(facts)).not.toMatch(/word-\d/);
  const secrets = { ...facts.secrets, operatorTokenIs: /** @type {const} */ ('new') };
  expect(runningScreen({ ...facts, secrets }).match(/word-\d/g)).toEqual(['word-4']);
});

it('shows whose servers are used, and why there is no Redis', () => {
  expect(runningScreen(facts)).toContain('embedded, postgres://127.0.0.1:5000/bookedbarber, version 18.4');
  expect(runningScreen(facts)).toContain('yours, rediss://cache.example:6379');
  const without = {
    ...facts.databases,
    redis: undefined,
    whyNoRedis: 'There is no server.\n  Fix: install one.',
  };
  expect(runningScreen({ ...facts, databases: without })).toMatch(/none[\s\S]*no server[\s\S]*install one/);
});
