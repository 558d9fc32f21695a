import type { Cluster, Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { readServerMetrics } from './query-servers.ts';

const sentMs = 1_800_000_000_000;
/** The reply arrives 40 ms after the request. */
const clock = () => {
  const times = [sentMs, sentMs + 40];
  return () => times.shift() ?? 0;
};
type Fields = Record<string, number | string>;
const infoOf = (fields: Fields) =>
  Object.entries({ used_memory: 100, maxmemory: 1000, connected_clients: 3, ...fields })
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('');
const nodeOf = (port: number, fields: Fields) =>
  ({ isCluster: false, options: { host: 'h', port }, info: async () => infoOf(fields) }) as unknown as Redis;

function clusterOf(...nodes: Fields[]) {
  let refreshes = 0;
  const cluster = {
    isCluster: true,
    slots: nodes.map((_, i) => [`h:${i}`, `replica:${i}`]),
    nodes: () => nodes.map((fields, i) => nodeOf(i, fields)),
    refreshSlotsCache: () => {
      refreshes += 1;
    },
  };
  return {
    cluster,
    read: () => readServerMetrics(cluster as unknown as Cluster, clock()),
    refreshes: () => refreshes,
  };
}

const skewOf = async (offsetMs: number) =>
  (await readServerMetrics(nodeOf(0, { server_time_usec: (sentMs + offsetMs) * 1000 }), clock())).skewMs;

test('a clock between request and reply does not differ, and any other by its distance to them', async () => {
  expect(await Promise.all([-3000, -1, 0, 40, 41, 5000].map(skewOf))).toEqual([-3000, -1, 0, 0, 1, 4960]);
  expect((await readServerMetrics(nodeOf(0, {}), clock())).skewMs).toBeNull();
});

test('the metrics of a cluster are the sums of all primaries, and its skew is the largest', async () => {
  const { read } = clusterOf(
    { server_time_usec: (sentMs + 10) * 1000, used_memory: 1, evicted_keys: 2 },
    { server_time_usec: (sentMs - 900) * 1000, used_memory: 20, evicted_keys: 0 },
    { server_time_usec: (sentMs + 500) * 1000, used_memory: 300, evicted_keys: 7 },
  );
  expect(await read()).toMatchObject({
    usedMemoryBytes: 321,
    maxMemoryBytes: 3000,
    connectedClients: 9,
    evictedKeys: 9,
    maxClients: null,
    skewMs: -900,
  });
});

test('the memory of a cluster is unlimited when that of any primary is, and unknown values are null', async () => {
  expect((await clusterOf({}, { maxmemory: 0 }).read()).maxMemoryBytes).toBe(0);
  expect((await clusterOf({ evicted_keys: 2 }, {}).read()).evictedKeys).toBeNull();
});

test('a cluster with a primary that the client has dropped is unavailable, and its slots are read again', async () => {
  const { cluster, read, refreshes } = clusterOf({}, {});
  cluster.slots.push(['h:7']);
  await expect(read()).rejects.toThrow('a primary of the cluster is unavailable');
  expect(refreshes()).toBe(1);
});
