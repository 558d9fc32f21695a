import { describe, test } from 'vitest';
import { outboxPromises } from '../../../packages/redis-tier/src/testing/index.ts';
import { openSqlOutbox } from '../../support/jobs/sql-outbox.ts';

describe('the outbox in PostgreSQL', () => {
  test.each(outboxPromises)('$promise', async ({ prove }) => {
    const outbox = await openSqlOutbox();
    try {
      await prove(outbox);
    } finally {
      await outbox.close();
    }
  });
});
