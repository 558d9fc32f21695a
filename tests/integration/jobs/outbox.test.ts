import { describe, test } from 'vitest';
import { outboxContract } from '../../../packages/redis-tier/src/testing/index.ts';
import { openSqlOutbox } from '../../support/jobs/sql-outbox.ts';

describe('the outbox in PostgreSQL', () => {
  test.each(outboxContract)('$promise', async ({ run }) => {
    const outbox = await openSqlOutbox();
    try {
      await run(outbox);
    } finally {
      await outbox.close();
    }
  });
});
