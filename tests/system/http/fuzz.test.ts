import { test } from 'vitest';
import { fuzz } from '../../support/http/fuzz.ts';

/** Sends five times as many requests as the integration test, with a different seed in each run. */
test('valid and almost valid requests never cause a server error', () => fuzz({ requests: 100 }), 900_000);
