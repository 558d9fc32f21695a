import { test } from 'vitest';
import { fuzz } from '../../support/fuzz.ts';

/** Other requests in each run, and five times as many as in the integration tests. */
test(
  'no request that the API describes, or nearly, is answered with a server error',
  () => fuzz({ requests: 100 }),
  900_000,
);
