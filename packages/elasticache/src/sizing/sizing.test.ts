import { describe, expect, test } from 'vitest';
import { findNodeType, type NodeType, nodeTypes, usableBytes } from '../facts/node-types.ts';
import { makePlan, smallestNode } from '../plan/make-plan.ts';
import { type BusinessSize, completeFigures } from './figures.ts';
import { dimensions, fits } from './fit.ts';
import { loadOf, processesFor } from './load.ts';
import { measured } from './measured.ts';

const figures: BusinessSize = { barbers: 8, locations: 1, users: 1500, bookingsPerDay: 128 };
const processes = { api: 2, workers: 1 };

function node(name: string): NodeType {
  const found = findNodeType(name);
  if (found === undefined) throw new TypeError(name);
  return found;
}

describe('the load of a business', () => {
  test.each(['barbers', 'locations', 'users', 'bookingsPerDay'] as const)('grows with %s', (figure) => {
    const more = loadOf({ ...figures, [figure]: figures[figure] * 10 }, processes);
    expect(more.memoryBytes).toBeGreaterThan(loadOf(figures, processes).memoryBytes);
  });

  test('is the sum of its parts', () => {
    const { memoryBytes, memory } = loadOf(figures, processes);
    expect(Object.values(memory).reduce((sum, bytes) => sum + bytes, 0)).toBeCloseTo(memoryBytes);
  });

  test('includes the connections of all processes', () => {
    const { apiConnections, workerConnections } = measured.constants;
    expect(loadOf(figures, { api: 3, workers: 2 }).connections).toBe(
      3 * apiConnections + 2 * workerConnections,
    );
  });

  test('scales the commands with the reads of the visitors', () => {
    const constants = {
      ...measured.constants,
      readCommands: 100,
      bookingCommands: 0,
      idleCommandsPerSecond: 0,
    };
    expect(loadOf({ ...figures, users: 200 }, processes, constants).commandsPerSecond).toBeCloseTo(1000);
  });
});

test('there are at least two api processes, and more for many users', () => {
  expect(processesFor({ ...figures, users: 1 })).toEqual({ api: 2, workers: 1 });
  expect(processesFor({ ...figures, users: 50_000 }).api).toBeGreaterThan(2);
});

describe('a node type', () => {
  test.each([
    ['cache.t4g.small', 1.03],
    ['cache.t4g.medium', 2.32],
    ['cache.r6g.large', 9.8],
    ['cache.r6g.xlarge', 19.74],
    ['cache.r7g.large', 9.8],
  ])('%s has %d GiB for data when 25 % is reserved', (name, gibibytes) =>
    expect(usableBytes(node(name), 25) / 1024 ** 3).toBeCloseTo(gibibytes, 2),
  );

  test('provides its sustained CPU if it is burstable, and otherwise the engine or core threshold', () => {
    const cpu = (name: string) =>
      dimensions(loadOf(figures, processes), node(name)).find((it) => it.name === 'cpu')?.allowed;
    expect(cpu('cache.t4g.small')).toBeCloseTo(0.4);
    expect(cpu('cache.r6g.large')).toBeCloseTo(0.9);
    expect(cpu('cache.r6g.xlarge')).toBeCloseTo(0.7);
  });

  test('fits the network need if its bandwidth is unknown', () => {
    const network = dimensions(loadOf(figures, processes), node('cache.r7g.large')).find(
      (it) => it.name === 'network',
    );
    expect(network).toMatchObject({ allowed: null, fits: true });
  });

  test('carries less load per shard with more shards', () => {
    const load = loadOf({ ...figures, users: 400_000 }, processes);
    const need = (shards: number) => dimensions(load, node('cache.r6g.large'), { shards })[0]?.need ?? 0;
    expect(need(4)).toBeCloseTo(need(1) / 4);
  });
});

describe('the smallest node type', () => {
  test('carries the load, and the next smaller one does not', () => {
    for (const users of [100, 5000, 12_000, 22_000, 35_000]) {
      const business = { ...figures, users };
      const plan = makePlan(business);
      const own = { api: plan.clients.apiProcesses, workers: plan.clients.workerProcesses };
      const candidates = nodeTypes.filter(({ family }) => family === 't4g' || family === 'r6g').slice(1, 7);
      const chosen = candidates.findIndex(({ name }) => name === plan.nodeType);
      const fitting = candidates.map((it) => fits(dimensions(loadOf(business, own), it)));
      expect(fitting.indexOf(true)).toBe(chosen);
    }
  });

  test('is the largest recommended one if none carries the load', () => {
    expect(smallestNode({ ...figures, users: 1e9 }, processes)).toBe('cache.r6g.4xlarge');
  });
});

test('missing figures are estimated from the number of barbers', () => {
  expect(completeFigures({ barbers: 20 })).toEqual({
    barbers: 20,
    locations: 3,
    users: 2000,
    bookingsPerDay: 320,
  });
});
