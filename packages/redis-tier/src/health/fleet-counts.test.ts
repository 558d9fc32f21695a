import { expect, test } from 'vitest';
import { sumOfCounts } from './fleet-counts.ts';

const nowMs = 1_800_000_000_000;
const own = { process: 'own', counts: { hits: 1, 'refused.auth': 2 } };

test('figures of processes that live add up by name, and the own ones are those of this moment', () => {
  const reports = {
    own: `${nowMs - 900} {"hits":0}`,
    other: `${nowMs - 5000} {"hits":10,"loads":3}`,
    ahead: `${nowMs + 2000} {"hits":100}`,
    gone: `${nowMs - 11_000} {"hits":1000}`,
  };
  expect(sumOfCounts(reports, own, nowMs)).toEqual({
    processes: 3,
    counts: { hits: 111, loads: 3, 'refused.auth': 2 },
  });
});

test.each(['', 'x', `${nowMs}`, `${nowMs} [1,2]`, `${nowMs} null`, `${nowMs} {"hits":`])(
  'the report %j counts as none',
  (report) =>
    expect(sumOfCounts({ other: report }, own, nowMs)).toEqual({ processes: 1, counts: own.counts }),
);

test('what is no number is left out', () => {
  const report = `${nowMs} {"hits":"7","loads":null,"stored":4}`;
  expect(sumOfCounts({ other: report }, own, nowMs).counts).toEqual({
    hits: 1,
    'refused.auth': 2,
    stored: 4,
  });
});
