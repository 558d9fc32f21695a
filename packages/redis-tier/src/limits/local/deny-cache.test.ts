import { beforeEach, describe, expect, test } from 'vitest';
import { decisionOf } from '../decision.ts';
import { toWindows } from '../windows.ts';
import { cacheDenial, cachedDenial, dropDenial } from './deny-cache.ts';
import { type KeyState, KeyStates } from './key-states.ts';

const sentMs = 1_000_000;

let key: KeyState;
beforeEach(() => {
  key = new KeyStates('bb', 'default', toWindows({ perMinute: 10, perHour: 20 }), 10).of('client');
});

const denial = (waitMs: number) =>
  decisionOf(false, 'redis', [
    { name: 'minute', seconds: 60, limit: 10, remaining: 0, waitMs, resetMs: waitMs + 10 },
    { name: 'hour', seconds: 3600, limit: 20, remaining: 5, waitMs: 0, resetMs: 90_000 },
  ]);
const deny = (cost: number, waitMs: number, atMs = sentMs) =>
  cacheDenial(key, cost, denial(waitMs), { drops: key.drops, sentMs: atMs });
const covers = (cost: number, atMs: number) => cachedDenial(key, cost, atMs) !== undefined;

describe('a cached denial', () => {
  test.each([
    [300, 300],
    [5000, 5000],
    [40_000, 5000],
  ])('with a wait of %i ms ends after %i ms', (waitMs, endsMs) => {
    deny(2, waitMs);
    expect(covers(2, sentMs + endsMs - 1)).toBe(true);
    expect(covers(3, sentMs + endsMs - 1)).toBe(true);
    expect(covers(1, sentMs)).toBe(false);
    expect(covers(2, sentMs + endsMs)).toBe(false);
  });

  test('shows the rest of each wait, and no wait below zero', () => {
    deny(1, 40_000);
    expect(cachedDenial(key, 1, sentMs + 1500)).toMatchObject({
      source: 'deny-cache',
      exceededWindows: ['minute'],
      retryAfterMs: 38_500,
      perWindow: [
        { waitMs: 38_500, resetMs: 38_510 },
        { waitMs: 0, resetMs: 88_500 },
      ],
    });
  });

  test('of a lower cost is kept while it is valid, and one of the same or a lower cost replaces it', () => {
    deny(2, 1000);
    deny(3, 4000, sentMs + 999);
    expect(covers(2, sentMs + 999)).toBe(true);
    deny(2, 3000, sentMs + 999);
    expect(covers(2, sentMs + 3998)).toBe(true);
    deny(1, 100, sentMs + 2000);
    expect(covers(1, sentMs + 2099)).toBe(true);
    expect(covers(2, sentMs + 2100)).toBe(false);
  });

  test('of a lower cost that has ended gives way to that of a higher one', () => {
    deny(2, 1000);
    deny(3, 4000, sentMs + 1000);
    expect(covers(3, sentMs + 4999)).toBe(true);
    expect(covers(2, sentMs + 1000)).toBe(false);
  });

  test('is not kept when it was dropped after its check was sent, each time', () => {
    for (let times = 0; times < 2; times += 1) {
      const { drops } = key;
      dropDenial(key);
      cacheDenial(key, 1, denial(1000), { drops, sentMs });
      expect(covers(1, sentMs)).toBe(false);
    }
    deny(1, 1000);
    expect(covers(1, sentMs)).toBe(true);
    dropDenial(key);
    expect(covers(1, sentMs)).toBe(false);
  });
});
