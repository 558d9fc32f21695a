import { describe, test } from 'vitest';
import { outboxPromises } from '../../../packages/redis-tier/src/testing/index.ts';
import { openMemoryOutbox } from '../../support/jobs/memory-outbox.ts';

describe('the outbox in memory', () => {
  test.each(outboxPromises)('$promise', ({ prove }) => prove(openMemoryOutbox()));
});
