import { type FaultProxy, startFaultProxy, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase, type Db } from '../../../apps/server/src/database/connect.ts';
import { startInvalidationReceiver } from '../../../apps/server/src/outbox/invalidations/invalidation-receiver.ts';
import { startInvalidationRelay } from '../../../apps/server/src/outbox/invalidations/invalidation-relay.ts';
import { createOutageLog } from '../../../apps/server/src/outbox/outage-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let proxy: FaultProxy;
let url: string;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  const direct = new URL(database.url);
  proxy = await startFaultProxy({ host: direct.hostname, port: Number(direct.port) });
  direct.host = `127.0.0.1:${proxy.port}`;
  url = direct.href;
  const options = { poolSize: 2, acquireTimeoutMs: 10_000, statementTimeoutMs: 15_000 };
  db = connectDatabase({ url, applicationName: 'tests', ...options }, () => {});
});
afterEach(async () => {
  await db.destroy();
  await proxy.close();
  await database.drop();
});

type Callbacks = { onError: (error: unknown) => void; onSuccess: () => void };

test.each([
  [
    'the relay',
    (callbacks: Callbacks) =>
      startInvalidationRelay({ db, apply: () => Promise.resolve(true), everyMs: 20, ...callbacks }),
  ],
  [
    'the receiver',
    (callbacks: Callbacks) => {
      // Redis is reachable at first, and not from the second check on.
      let checks = 0;
      const receives = (): boolean => checks++ === 0;
      return startInvalidationReceiver({
        db,
        server: { url },
        receives,
        apply: () => {},
        everyMs: 20,
        ...callbacks,
      });
    },
  ],
])('%s logs an outage of the database once when it begins and once when it ends', async (_name, start) => {
  const lines: string[] = [];
  const logger = {
    warn: (_fields: unknown, text: string) => void lines.push(text),
    info: (_fields: unknown, text: string) => void lines.push(text),
  };
  const log = createOutageLog(logger as never, 'the work');
  let [failures, successes] = [0, 0];
  const loop = start({
    onError(error) {
      failures += 1;
      log.failed(error);
    },
    onSuccess() {
      successes += 1;
      log.succeeded();
    },
  });
  try {
    // The second success of the receiver is that of a read.
    await until('the database is read', () => successes > 1);
    proxy.refuse();
    await until('several attempts have failed', () => failures > 3);
    proxy.accept();
    const before = successes;
    await until('several attempts have succeeded', () => successes > before + 3);
  } finally {
    await loop.stop();
  }
  expect(lines).toEqual(['the work failed', 'the work succeeds again']);
});
