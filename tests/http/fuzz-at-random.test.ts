import { test } from 'vitest';
import { fuzz } from './fuzz.ts';

/** Other requests in each run, and five times as many as in the daily tests. Long where the machine is busy. */
test(
  'no request that the API describes, or nearly, is answered with a server error',
  () => fuzz({ requests: 100 }),
  900_000,
);
