/** The change of the passwords of a group: when it starts, and when it is finished. */
import { awsGroup } from '@bookedbarber/redis-login/rotation';
import { beforeEach, expect, test } from 'vitest';

type Described = { Status: string; PendingModifiedValues?: { AuthTokenStatus?: string } };

const available = { Status: 'available' };
const modifying = { Status: 'modifying' };
const pending = { Status: 'available', PendingModifiedValues: { AuthTokenStatus: 'ROTATING' } };
const busy = Object.assign(new Error('not available'), { name: 'InvalidReplicationGroupStateFault' });

/** The descriptions that AWS returns, in order; the last one is repeated. */
let descriptions: Described[];
/** The errors of the first modifications. */
let errors: Error[];
let events: string[];
let nowMs: number;
beforeEach(() => {
  descriptions = [available];
  errors = [];
  events = [];
  nowMs = 0;
});

const group = awsGroup({
  client: {
    async describeReplicationGroups({ ReplicationGroupId: id }) {
      const next = descriptions.length > 1 ? descriptions.shift() : descriptions[0];
      events.push(`describe ${id}`);
      return { ReplicationGroups: next === undefined ? [] : [next] };
    },
    async modifyReplicationGroup({ ReplicationGroupId: id, ...input }) {
      events.push(
        `modify ${id} ${input.AuthTokenUpdateStrategy} ${input.AuthToken} ${input.ApplyImmediately}`,
      );
      const error = errors.shift();
      if (error !== undefined) throw error;
    },
  },
  id: 'bookedbarber',
  async pause(ms) {
    events.push(`pause ${ms}`);
    nowMs += ms;
  },
  pollIntervalMs: 1000,
  changeTimeoutMs: 10_000,
  pingTimeoutMs: 1,
  nowMs: () => nowMs,
});
const change = () => group.change('new', 'ROTATE');
const modification = 'modify bookedbarber ROTATE new true';
const describing = 'describe bookedbarber';
const pause = 'pause 1000';

test('starts when the group is available, and ends when it is available again', async () => {
  descriptions = [modifying, available, modifying, available];
  await change();
  expect(events).toEqual([
    ...[describing, pause, describing, modification],
    ...[describing, pause, describing],
  ]);
});

test('ends only when the new password is in effect, although the group is available before', async () => {
  descriptions = [available, pending, pending, available];
  await change();
  expect(events.filter((event) => event === pause)).toHaveLength(2);
});

test('waits for another modification that starts in the meantime', async () => {
  errors = [busy, busy];
  await change();
  expect(events.filter((event) => event === modification)).toHaveLength(3);
});

test('stops at any other error', async () => {
  errors = [new Error('InvalidParameterValue')];
  await expect(change()).rejects.toThrow('InvalidParameterValue');
  expect(events.filter((event) => event === modification)).toHaveLength(1);
});

test.each([
  ['a group that never becomes available', [modifying], 'did not finish in time (status modifying)'],
  ['a password that never takes effect', [available, pending], 'did not finish in time (status available)'],
])('stops after the time limit with %s', async (_case, described, message) => {
  descriptions = described;
  await expect(change()).rejects.toThrow(message);
  expect(nowMs).toBe(11_000);
});

test('stops after the time limit when other modifications never end', async () => {
  errors = Array.from({ length: 100 }, () => busy);
  await expect(change()).rejects.toBe(busy);
  expect(nowMs).toBe(11_000);
});

test('of a missing group is reported', async () => {
  descriptions = [];
  await expect(change()).rejects.toThrow('the replication group does not exist');
});
