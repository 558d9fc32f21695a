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

test('status, metrics and `messages show` report a pause, and `resume` ends it by its target', async () => {
  const paused = await messages('pause', 'kind:reminder', '--reason', 'wrong text', '--by', 'Ada');
  expect([paused.code, paused.stderr]).toEqual([0, '']);
  expect(paused.stdout).toMatch(/^Paused: kind:reminder since .* UTC by Ada: wrong text$/m);
  expect(paused.stdout).toContain('bookedbarber messages resume kind:reminder');

  for (const { stdout } of [await messages('show'), await bookedbarber(server, ['status'])])
    expect(stdout).toMatch(/paused: kind:reminder since .* UTC by Ada: wrong text/);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('bookedbarber_delivery_paused{target="kind:reminder"} 1');

  expect((await messages('resume')).stdout).toMatch(/^all was not paused\.\nStill paused: kind:reminder/);
  expect((await messages('resume', 'kind:reminder', '--by', 'Grace')).stdout).toBe(
    'Resumed: due messages are sent (kind:reminder).\n',
  );
  const { body } = await sendTo(server.url, server.operatorToken)('GET', '/api/v1/messages/pauses');
  expect(body as MessagePauses).toMatchObject({ pauses: [], ended: [{ resumed_by: 'Grace' }] });
});

test('a misspelled target pauses nothing, and the error lists the valid targets', async () => {
  const { code, stderr } = await messages('pause', 'kind:reminders', '--reason', 'x', '--by', 'Ada');
  expect(code).toBe(1);
  expect(stderr).toMatch(/Use one of: all, .*kind:reminder\b/);
});

test('a pause requires a reason', async () => {
  const { code, stderr } = await messages('pause');
  expect(code).toBe(2);
  expect(stderr).toContain('--reason');
});

test('without dead messages the list is empty and no message is retried', async () => {
  expect((await messages('list')).stdout).toBe('No message is dead.\n');
  expect((await messages('retry', '--all-dead')).stdout).toBe('0 messages will be retried.\n');
  expect(await messages('retry')).toMatchObject({ code: 2, stderr: expect.stringContaining('--all-dead') });
});

test('a pause requires a valid operator token', async () => {
  const stranger = { url: server.url, operatorToken: 'another-token-that-is-long-enough-0123456789' };
  const result = await bookedbarber(stranger, ['messages', 'pause', '--reason', 'x', '--by', 'Eve']);
  expect(result.code).toBe(1);
  const { body } = await sendTo(server.url, server.operatorToken)('GET', '/api/v1/messages/pauses');
  expect((body as MessagePauses).pauses).toEqual([]);
});
