import { outboxContract } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { openSqlOutbox, type SqlOutbox } from '../../support/jobs/sql-outbox.ts';

describe('the outbox in PostgreSQL', () => {
  let outbox: SqlOutbox;
  beforeAll(async () => {
    outbox = await openSqlOutbox();
  });
  afterEach(() => outbox.empty());
  afterAll(() => outbox.close());

  for (const { title, run } of outboxContract) test(title, () => run(outbox));
});
