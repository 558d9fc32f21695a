import { test } from 'vitest';
import { fuzz } from '../../support/fuzz.ts';

test('no request that the API describes, or nearly, is answered with a server error', () =>
  fuzz({ requests: 20, seed: 1 }));
