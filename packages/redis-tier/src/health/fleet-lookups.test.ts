import { expect, test } from 'vitest';
import { currentReports, expiredProcesses, sumOfFleet } from './fleet-lookups.ts';

const nowMs = 1_800_000_000_000;
const reportsAgedMs = (...ages: number[]) =>
  Object.fromEntries(ages.map((ms) => [`${ms}`, `${nowMs - ms} 10 20`]));

test('a process counts for ten seconds after its report, even if its clock is ahead', () => {
  const reports = reportsAgedMs(0, 10_000, 10_001, -10_000, -10_001);
  expect(currentReports(reports, nowMs).map(([process]) => process)).toEqual(['0', '10000', '-10000']);
  expect(sumOfFleet(reports, nowMs)).toEqual({ hits: 30, lookups: 60, processes: 3 });
});

test('reports are removed after a minute, all of them', () => {
  expect(expiredProcesses(reportsAgedMs(60_000, 60_001, 90_000, -60_001), nowMs)).toEqual([
    '60001',
    '90000',
    '-60001',
  ]);
  expect(expiredProcesses({ unreadable: '', other: 'x' }, nowMs)).toEqual([]);
});
