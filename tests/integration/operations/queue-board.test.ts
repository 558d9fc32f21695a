import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';

let server: InProcess;
let keyPrefix: string;
beforeEach(async () => {
  keyPrefix = `board-${randomUUID().slice(0, 8)}`;
  server = await startInProcess('2026-11-24T12:00:00Z', {
    REDIS_URL: inject('redisUrl'),
    REDIS_KEY_PREFIX: keyPrefix,
  });
});
afterEach(() => server.close());

async function openSession(): Promise<string> {
  const response = await server.asOperator('POST', '/api/v1/messages/board');
  expect([response.status, response.body]).toEqual([200, { path: '/operations/queue/' }]);
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/; Path=\/operations\/queue; Max-Age=1800; HttpOnly; SameSite=Strict$/);
  return cookie.split(';')[0] ?? '';
}

const get = (path: string, cookie = '') => server.asGuest('GET', path, undefined, { cookie });

describe('the queue board', () => {
  test('shows the jobs with a valid session', async () => {
    const connection = new Redis(inject('redisUrl'), { maxRetriesPerRequest: null });
    const queue = new Queue('outbox', { connection, prefix: `{${keyPrefix}:j}` });
    await queue.add('deliver', 1, { jobId: 'some-message.1', delay: 3_600_000 });
    const cookie = await openSession();
    const page = await get('/operations/queue/', cookie);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const { body } = await get(
      '/operations/queue/api/queues?activeQueue=outbox&status=delayed&page=1',
      cookie,
    );
    expect(JSON.stringify(body)).toContain('some-message.1');
    await queue.close();
    connection.disconnect();
  });

  test('responds with 401 without a session, with an expired one and with a forged one', async () => {
    const cookie = await openSession();
    expect((await get('/operations/queue/')).status).toBe(401);
    expect((await get('/operations/queue/api/queues')).status).toBe(401);
    expect(
      (
        await get(
          '/operations/queue/',
          cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
        )
      ).status,
    ).toBe(401);
    expect((await server.asGuest('POST', '/api/v1/messages/board')).status).toBe(401);
    server.clock.set('2026-11-24T12:30:01Z');
    expect((await get('/operations/queue/', cookie)).status).toBe(401);
  });

  test('accepts no request that changes the queue', async () => {
    const cookie = await openSession();
    for (const path of ['pause', 'empty', 'obliterate', 'clean/wait', 'retry/failed', 'promote', 'add'])
      for (const method of ['POST', 'PATCH', 'DELETE'] as const) {
        const response = await server.asGuest(
          method,
          `/operations/queue/api/queues/outbox/${path}`,
          {},
          { cookie },
        );
        expect([404, 405], `${method} ${path}`).toContain(response.status);
      }
    const put = await server.app.inject({
      method: 'PUT',
      url: '/operations/queue/api/queues/outbox/pause',
      headers: { cookie },
    });
    expect([404, 405]).toContain(put.statusCode);
  });
});

test('without Redis the board responds with 404', async () => {
  const alone = await startInProcess('2026-11-24T12:00:00Z');
  const response = await alone.asOperator('POST', '/api/v1/messages/board');
  expect([response.status, (response.body as { detail: string }).detail]).toEqual([
    404,
    'There is no queue: no Redis is configured for jobs.',
  ]);
  await alone.close();
});
