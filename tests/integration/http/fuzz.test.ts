import { test } from 'vitest';
import { fuzz } from '../../support/http/fuzz.ts';

test('valid and almost valid requests never cause a server error', () => fuzz({ requests: 20, seed: 1 }));
