import { test } from 'vitest';
import { fuzz } from '../../support/http/fuzz.ts';

const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);

/** Sends five times as many requests as the integration test, with a different seed in each run. */
test(
  `valid and almost valid requests never cause a server error (TEST_SEED=${seed})`,
  () => fuzz({ requests: 100, seed }),
  900_000,
);
