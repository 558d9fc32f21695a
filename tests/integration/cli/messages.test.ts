import type { MessagePauses } from '@bookedbarber/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bookedbarber } from '../../support/bookedbarber.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { sendTo } from '../../support/shop-fixture.ts';

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.stop());

const messages = (...args: string[]) => bookedbarber(server, ['messages', ...args]);

test('a pause is told of by everything that shows messages, and ends by its name', async () => {
  const paused = await messages('pause', 'kind:reminder', '--reason', 'wrong words', '--by', 'Ada');
  expect([paused.code, paused.stderr]).toEqual([0, '']);
  expect(paused.stdout).toMatch(/^Paused: kind:reminder since .* UTC by Ada: wrong words$/m);
  expect(paused.stdout).toContain('bookedbarber messages resume kind:reminder');

  for (const said of [await messages('show'), await bookedbarber(server, ['status'])])
    expect(said.stdout).toMatch(/paused: kind:reminder since .* UTC by Ada: wrong words/);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('bookedbarber_delivery_paused{target="kind:reminder"} 1');

  expect((await messages('resume')).stdout).toMatch(/^all was not paused\.\nStill paused: kind:reminder/);
  expect((await messages('resume', 'kind:reminder', '--by', 'Grace')).stdout).toBe(
    'Resumed: what is due goes out (kind:reminder).\n',
  );
  const { body } = await sendTo(server.url, server.operatorToken)('GET', '/api/v1/messages/pauses');
  expect(body as MessagePauses).toMatchObject({ pauses: [], ended: [{ resumed_by: 'Grace' }] });
});

test('what is misspelt pauses nothing, and the names that there are are told', async () => {
  const { code, stderr } = await messages('pause', 'kind:reminders', '--reason', 'x', '--by', 'Ada');
  expect(code).toBe(1);
  expect(stderr).toMatch(/Name one of: all, .*kind:reminder\b/);
});

test('a pause wants a reason', async () => {
  const { code, stderr } = await messages('pause');
  expect(code).toBe(2);
  expect(stderr).toContain('--reason');
});

test('of nothing given up nothing is listed and nothing sent again', async () => {
  expect((await messages('list')).stdout).toBe('No message is dead.\n');
  expect((await messages('retry', '--all-dead')).stdout).toBe('0 messages will be sent again.\n');
  expect(await messages('retry')).toMatchObject({ code: 2, stderr: expect.stringContaining('--all-dead') });
});

test('without the token nobody pauses anything', async () => {
  const stranger = { url: server.url, operatorToken: 'another-token-that-is-long-enough-0123456789' };
  const said = await bookedbarber(stranger, ['messages', 'pause', '--reason', 'x', '--by', 'Eve']);
  expect(said.code).toBe(1);
  const { body } = await sendTo(server.url, server.operatorToken)('GET', '/api/v1/messages/pauses');
  expect((body as MessagePauses).pauses).toEqual([]);
});
