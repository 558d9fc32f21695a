import { expect, test } from 'vitest';
import { sumOfCounts } from './fleet-counts.ts';

const nowMs = 1_800_000_000_000;
const own = { process: 'own', counts: { hits: 1, 'refused.auth': 2 } };

test('sums the counts of live processes by name, and uses the current counts of this process', () => {
  const reports = {
    own: `${nowMs - 900} {"hits":0}`,
    other: `${nowMs - 5000} {"hits":10,"loads":3}`,
    ahead: `${nowMs + 2000} {"hits":100}`,
    dead: `${nowMs - 11_000} {"hits":1000}`,
  };
  expect(sumOfCounts(reports, own, nowMs)).toEqual({
    processes: 3,
    counts: { hits: 111, loads: 3, 'refused.auth': 2 },
  });
});

test.each(['', 'x', `${nowMs}`, `${nowMs} [1,2]`, `${nowMs} null`, `${nowMs} {"hits":`])(
  'ignores the report %j',
  (report) =>
    expect(sumOfCounts({ other: report }, own, nowMs)).toEqual({ processes: 1, counts: own.counts }),
);

test('ignores values that are not numbers', () => {
  const report = `${nowMs} {"hits":"7","loads":null,"stored":4}`;
  expect(sumOfCounts({ other: report }, own, nowMs).counts).toEqual({
    hits: 1,
    'refused.auth': 2,
    stored: 4,
  });
});
