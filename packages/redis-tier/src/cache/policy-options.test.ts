import { expect, test } from 'vitest';
import { hardTtlMs, type PolicyOptions, resolvePolicy } from './policy-options.ts';
import { jsonSerializer } from './values/serializer.ts';

const dayMs = 86_400_000;

test('a policy with only a TTL has the documented defaults', () => {
  expect(resolvePolicy('days', { ttlMs: 60_000 })).toEqual({
    name: 'days',
    ttlMs: 60_000,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    staleIfUnavailableMs: 0,
    negativeTtlMs: 60_000,
    schemaVersion: '1',
    jitter: 0.1,
    leaseMs: 2000,
    leaseWaitMs: 1000,
    errorTtlMs: 250,
    loadTimeoutMs: 30_000,
    maxBodyBytes: 1_048_576,
    refreshAhead: true,
    local: true,
    ttlSimulations: [],
    serializer: jsonSerializer,
    codecs: [],
    isPlainJson: true,
  });
  const options = { ttlMs: 60_000, staleWhileRevalidateMs: 7 };
  expect(resolvePolicy('days', options).staleIfUnavailableMs).toBe(7);
  expect(resolvePolicy('days', { ...options, staleIfUnavailableMs: 0 }).staleIfUnavailableMs).toBe(0);
});

test.each<[keyof PolicyOptions, number, number]>([
  ['ttlMs', 1, 30 * dayMs],
  ['negativeTtlMs', 1, 30 * dayMs],
  ['staleWhileRevalidateMs', 0, 30 * dayMs],
  ['staleIfErrorMs', 0, 30 * dayMs],
  ['staleIfUnavailableMs', 0, 30 * dayMs],
  ['jitter', 0, 0.5],
  ['leaseMs', 100, 60_000],
  ['leaseWaitMs', 0, 60_000],
  ['errorTtlMs', 0, 60_000],
  ['loadTimeoutMs', 1, 600_000],
  ['maxBodyBytes', 0, 67_108_864],
])('%s may be from %d to %d', (option, min, max) => {
  const resolve = (value: number) =>
    resolvePolicy('days', { ttlMs: 60_000, [option]: value } as PolicyOptions);
  for (const value of [min, max]) expect(resolve(value)[option]).toBe(value);
  for (const value of [min - 0.001, max + 0.001, Number.NaN]) expect(() => resolve(value)).toThrow(option);
});

test('each simulated TTL is at least twice the own one, and there are at most sixteen', () => {
  const resolve = (...times: number[]) =>
    resolvePolicy('days', { ttlMs: 1000, ttlSimulations: times.map((ttlMs) => ({ ttlMs })) });
  expect(resolve(2000, 30 * dayMs).ttlSimulations).toHaveLength(2);
  for (const times of [[1999], [3000, 1999], [30 * dayMs + 1]])
    expect(() => resolve(...times)).toThrow('ttlSimulations');
  expect(() => resolve(...Array(17).fill(2000))).toThrow('ttlSimulations');
  expect(resolve(...Array(16).fill(2000)).ttlSimulations).toHaveLength(16);
});

test('the longest TTL in Redis is that of the longest use', () => {
  const hardTtlOf = (options: Partial<PolicyOptions>) =>
    hardTtlMs(resolvePolicy('days', { ttlMs: 1000, ...options }));
  expect(hardTtlOf({})).toBe(1000);
  expect(hardTtlOf({ negativeTtlMs: 5000 })).toBe(5000);
  expect(hardTtlOf({ negativeTtlMs: 10, staleWhileRevalidateMs: 30, staleIfErrorMs: 20 })).toBe(1030);
  expect(hardTtlOf({ staleWhileRevalidateMs: 30, staleIfErrorMs: 200 })).toBe(1200);
});
