import { expect, it } from 'vitest';
import { startupMessage } from './screen.mjs';

const facts = {
  settings: { publicUrl: 'http://localhost:3000', mailbox: true },
  databases: {
    postgres: { url: 'postgres://me:word-1@127.0.0.1:5000/bookedbarber?sslkey=word-2', version: '18.4' },
    redis: { url: 'rediss://:word-3@cache.example:6379' },
    whyNoRedis: undefined,
  },
  secrets: { operatorToken: 'word-4', operatorTokenIs: /** @type {const} */ ('stored') },
  data: { path: '/data' },
};

it('shows no secret, except the operator token on the start that created it', () => {
  expect(startupMessage(facts)).not.toMatch(/word-\d/);
  const secrets = { ...facts.secrets, operatorTokenIs: /** @type {const} */ ('new') };
  expect(startupMessage({ ...facts, secrets }).match(/word-\d/g)).toEqual(['word-4']);
});

it('shows which servers are embedded and why there is no Redis', () => {
  expect(startupMessage(facts)).toContain('embedded, postgres://127.0.0.1:5000/bookedbarber, version 18.4');
  expect(startupMessage(facts)).toContain('external, rediss://cache.example:6379');
  const without = {
    ...facts.databases,
    redis: undefined,
    whyNoRedis: 'There is no server.\n  Fix: install one.',
  };
  expect(startupMessage({ ...facts, databases: without })).toMatch(/none[\s\S]*no server[\s\S]*install one/);
});
