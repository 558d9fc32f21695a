import { outboxContract } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import {
  openMemoryOutbox,
  openPostgresOutbox,
  type PackagedPostgresOutbox,
} from '../../support/jobs/package-outboxes.ts';

describe('the outbox in memory', () => {
  for (const { title, run } of outboxContract) test(title, () => run(openMemoryOutbox()));
});

describe('the outbox in PostgreSQL', () => {
  let outbox: PackagedPostgresOutbox;
  beforeAll(async () => {
    outbox = await openPostgresOutbox();
  });
  afterEach(() => outbox.empty());
  afterAll(() => outbox.close());

  for (const { title, run } of outboxContract) test(title, () => run(outbox));
});
