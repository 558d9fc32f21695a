import { describe, test } from 'vitest';
import { outboxContract } from '../../../packages/redis-tier/src/testing/index.ts';
import { openMemoryOutbox } from '../../support/jobs/memory-outbox.ts';

describe('the outbox in memory', () => {
  for (const { title, run } of outboxContract) test(title, () => run(openMemoryOutbox()));
});
