import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isReplicaReply, type PrimaryWatch, watchPrimary } from './primary-watch.ts';

type Node = { runId: string; role: string };

const infoOf = async ({ runId, role }: Node, section: string) =>
  section === 'server' ? `run_id:${runId}\r\n` : `role:${role}\r\n`;

/** The node that the connection in use leads to, and those that fresh connections lead to, one after the other. */
let used: Node;
let behind: Node[];
let status: string;
let reopenedMs: number[];
let freshClosed: number;
let watch: PrimaryWatch;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.spyOn(Math, 'random').mockReturnValue(1);
  used = { runId: 'a', role: 'master' };
  behind = [{ runId: 'a', role: 'master' }];
  status = 'ready';
  reopenedMs = [];
  freshClosed = 0;
  const redis = {
    get status() {
      return status;
    },
    options: {},
    info: (section: string) => infoOf(used, section),
    duplicate() {
      const node = behind.length > 1 ? behind.shift() : behind[0];
      return {
        on: () => {},
        connect: async () => {
          if (node?.runId === 'unreachable') throw new Error('refused');
        },
        info: (section: string) => infoOf(node as Node, section),
        disconnect: () => {
          freshClosed += 1;
        },
      };
    },
    disconnect: () => reopenedMs.push(Date.now()),
  };
  watch = watchPrimary(redis as unknown as Redis);
});
afterEach(() => {
  watch.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a node that replied as a replica', () => {
  test('is left after a pause that doubles up to two seconds while this is repeated', async () => {
    for (const pauseMs of [100, 200, 400, 800, 1600, 2000, 2000]) {
      const beganMs = Date.now();
      watch.demoted();
      // Only the first of several replies counts.
      watch.demoted();
      await pass(pauseMs);
      expect(reopenedMs.at(-1)).toBe(beganMs + pauseMs);
    }
    expect(reopenedMs).toHaveLength(7);
    watch.confirmed();
    watch.demoted();
    await pass(100);
    expect(reopenedMs).toHaveLength(8);
  });

  test('is left at a different time by each process', async () => {
    vi.mocked(Math.random).mockReturnValue(0);
    watch.demoted();
    await pass(50);
    expect(reopenedMs).toEqual([50]);
  });

  test.each(['reconnecting', 'end'])('is not left again while the connection is %s', async (now) => {
    watch.demoted();
    status = now;
    await pass(1000);
    expect(reopenedMs).toEqual([]);
  });
});

describe('the endpoint', () => {
  test('is compared with the node in use every ten seconds', async () => {
    await pass(30_000);
    expect([freshClosed, reopenedMs]).toEqual([3, []]);
  });

  test('that leads to another primary makes the connections be reopened', async () => {
    behind = [{ runId: 'b', role: 'master' }];
    await pass(9999);
    expect(reopenedMs).toEqual([]);
    await pass(101);
    expect(reopenedMs).toEqual([10_100]);
    expect(freshClosed).toBe(2);
  });

  test.each<[string, Node[]]>([
    ['to a replica', [{ runId: 'b', role: 'slave' }]],
    ['to a server that names no process', [{ runId: '', role: 'master' }]],
    [
      'to another server each time',
      [
        { runId: 'b', role: 'master' },
        { runId: 'c', role: 'master' },
      ],
    ],
    ['nowhere', [{ runId: 'unreachable', role: '' }]],
  ])('that leads %s changes nothing, and every fresh connection is closed', async (_, nodes) => {
    behind = [...nodes];
    await pass(15_000);
    expect(reopenedMs).toEqual([]);
    expect(freshClosed).toBe(nodes.length);
  });

  test('is not asked while the node in use is a replica: that node is left', async () => {
    used.role = 'slave';
    await pass(10_100);
    expect([freshClosed, reopenedMs]).toEqual([0, [10_100]]);
  });
});

test('nothing happens after the end of the watch', async () => {
  watch.demoted();
  watch.stop();
  watch.demoted();
  behind = [{ runId: 'b', role: 'master' }];
  await pass(30_000);
  expect([freshClosed, reopenedMs]).toEqual([0, []]);
});

test.each([
  ["READONLY You can't write against a read only replica.", true],
  ['UNBLOCKED force unblock from blocking operation, instance state changed', true],
  ['NOSCRIPT No matching script.', false],
  ['ERR READONLY', false],
])('the reply "%s" is that of a replica: %s', (message, expected) =>
  expect(isReplicaReply(new Error(message))).toBe(expected),
);
