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

  test.each(outboxContract)('$title', ({ run }) => run(outbox));
});
