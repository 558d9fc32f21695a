import { test } from 'vitest';
import { fuzz } from '../../support/fuzz.ts';

test('valid and almost valid requests never cause a server error', () => fuzz({ requests: 20, seed: 1 }));
