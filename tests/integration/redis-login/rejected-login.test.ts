import { parseRedisUrl } from '@bookedbarber/redis-tier/connection';
import { connectQueue } from '@bookedbarber/redis-tier/jobs';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { Worker } from 'bullmq';
import pino from 'pino';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { loggerOptions } from '../../../apps/server/src/main/logging.ts';

let server: RedisServerProcess;
beforeEach(async () => {
  server = await startRedisServer(inject('redisBinary'));
});
afterEach(() => server.close());

test.each([
  ['a wrong password', null],
  ['a wrong password of a user', 'ann'],
])('the log of a worker whose login is rejected with %s does not contain it', async (_case, username) => {
  await server.admin.call('ACL', 'SETUSER', 'default', 'resetpass', '>the-right-one');
  const password = 'hunter2-hunter2';
  const { producer, worker: client } = connectQueue(
    {
      server: { ...parseRedisUrl(server.url), username, password },
      name: 'rejected',
      commandTimeoutMs: 60_000,
    },
    () => {},
  );
  const worker = new Worker('outbox', async () => {}, { connection: client, skipVersionCheck: true });
  try {
    const error = await new Promise<Error>((resolve) => {
      worker.on('error', (found) => {
        if (/WRONGPASS/.test(found.message)) resolve(found);
      });
    });
    let text = '';
    const log = pino(loggerOptions('info'), {
      write: (line: string) => {
        text += line;
      },
    });
    log.warn({ err: error }, 'the queue failed');
    expect(text).toContain('WRONGPASS');
    expect(text).not.toContain(password);
  } finally {
    producer.disconnect();
    client.disconnect();
    await worker.close(true);
  }
});
