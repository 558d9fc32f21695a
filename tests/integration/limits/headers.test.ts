import { parseList } from 'structured-headers';
import { describe, expect, test } from 'vitest';
import { limitHeaders, type WindowState } from '../../../packages/redis-tier/src/limits/index.ts';

const window = (name: string, state: Partial<WindowState>): WindowState => ({
  name,
  seconds: { minute: 60, hour: 3600, day: 86_400 }[name] ?? 1,
  limit: 60,
  remaining: 12,
  waitMs: 0,
  resetMs: 29_001,
  ...state,
});

const allowed = {
  allowed: true,
  outage: false,
  source: 'redis',
  exceededWindows: [],
  perWindow: [window('minute', {}), window('hour', { limit: 1000, remaining: 900, resetMs: 3_000_000 })],
  retryAfterMs: 0,
} as const;

const denied = {
  ...allowed,
  allowed: false,
  exceededWindows: ['minute'],
  perWindow: [
    window('minute', { remaining: 0, waitMs: 4200, resetMs: 1100 }),
    window('hour', { limit: 1000, remaining: 900, resetMs: 3_000_000 }),
  ],
  retryAfterMs: 4200,
} as const;

/** The items of a list as pairs of name and parameters. */
function items(field: string | undefined): [unknown, Record<string, unknown>][] {
  return parseList(field ?? '').map(([value, parameters]) => [value, Object.fromEntries(parameters)]);
}

describe('limit headers', () => {
  test('are lists of structured fields with one item per window', () => {
    const headers = limitHeaders(allowed);
    expect(items(headers['ratelimit-policy'])).toEqual([
      ['minute', { q: 60, w: 60 }],
      ['hour', { q: 1000, w: 3600 }],
    ]);
    expect(items(headers['ratelimit'])).toEqual([
      ['minute', { r: 12, t: 30 }],
      ['hour', { r: 900, t: 3000 }],
    ]);
  });

  test('show the tightest window to older clients', () => {
    expect(limitHeaders(allowed)).toMatchObject({
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '12',
      'x-ratelimit-reset': '30',
    });
    expect(limitHeaders(denied)).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' });
  });

  test('have Retry-After in whole seconds, never too early, only on denials', () => {
    expect(limitHeaders(denied)['retry-after']).toBe('5');
    expect(limitHeaders(allowed)).not.toHaveProperty('retry-after');
  });

  test('have no reset later than Retry-After', () => {
    const headers = limitHeaders(denied);
    for (const [, { t }] of items(headers['ratelimit'])) {
      if (t !== undefined) expect(t).toBeLessThanOrEqual(Number(headers['retry-after']));
    }
  });

  test('contain only Retry-After during an outage', () => {
    const outage = {
      ...denied,
      outage: true,
      source: 'outage',
      exceededWindows: [],
      perWindow: [],
      retryAfterMs: 1000,
    } as const;
    expect(limitHeaders(outage)).toEqual({ 'retry-after': '1' });
  });
});
