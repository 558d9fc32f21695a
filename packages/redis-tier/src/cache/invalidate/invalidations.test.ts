import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CacheEvent } from '../events.ts';
import { KeySpace } from '../keys.ts';
import { resolvePolicy } from '../policy-options.ts';
import type { Send } from '../primary/primary-connection.ts';
import { redisCommands } from '../primary/redis-commands.ts';
import type { Shard } from '../primary/shard.ts';
import { Invalidations } from './invalidations.ts';

const keys = new KeySpace('bb');

/** A primary that records the removed tags. */
class FakePrimary {
  readonly removed: string[] = [];
  /** Commands in progress, and the most at one time. */
  inProgress = 0;
  most = 0;
  isUsed = true;
  answer: (tagKeys: readonly string[]) => Promise<void> = async () => {};
  readonly #redis = {
    unlink: async (...tagKeys: string[]) => {
      this.inProgress += 1;
      this.most = Math.max(this.most, this.inProgress);
      await this.answer(tagKeys).finally(() => {
        this.inProgress -= 1;
      });
      this.removed.push(...tagKeys);
    },
    publish: async () => 0,
  } as unknown as Redis;
  readonly #send: Send = (command) => command(this.#redis);
  readonly shard = {
    commands: redisCommands({
      send: this.#send,
      sendWithoutDeadline: this.#send,
      unlink: (key) => this.#redis.unlink(key),
      keys,
    }),
    replicationId: Buffer.alloc(6),
  } as unknown as Shard;
}

const policy = resolvePolicy('days', { ttlMs: 1000 });
const entry = (namespace: string, ...tags: string[]) => keys.entry(policy, { namespace, key: 'k', tags });
const refuse = () => Promise.reject(new Error('ERR'));

let one: FakePrimary;
let two: FakePrimary;
let events: CacheEvent[];
let invalidations: Invalidations;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  [one, two] = [new FakePrimary(), new FakePrimary()];
  events = [];
  invalidations = new Invalidations({
    keys,
    shardOf: (namespace) => (namespace.startsWith('two') ? two.shard : one.shard),
    onEvent: (event) => events.push(event),
    onInvalidate: () => {},
  });
});
afterEach(() => vi.useRealTimers());

/** Makes the answers wait until the test gives them, one by one. */
function hold(primary: FakePrimary): (() => void)[] {
  const answers: (() => void)[] = [];
  primary.answer = () => new Promise((resolve) => answers.push(resolve));
  return answers;
}

const isPending = (namespace: string, ...tags: string[]) =>
  invalidations.isPending(namespace.startsWith('two') ? two.shard : one.shard, entry(namespace, ...tags));

describe('an entry must not be read by the process that invalidated it', () => {
  test('until every invalidation of its tag is acknowledged, not only the first', async () => {
    const answers = hold(one);
    const both = [invalidations.invalidate('one', ['a']), invalidations.invalidate('one', ['b', 'a'])];
    expect([isPending('one', 'a'), isPending('one', 'b'), isPending('one', 'c')]).toEqual([
      true,
      true,
      false,
    ]);
    answers[0]?.();
    await both[0];
    expect([isPending('one', 'a'), isPending('one', 'b')]).toEqual([true, true]);
    answers[1]?.();
    await both[1];
    expect([isPending('one', 'a'), isPending('one', 'b')]).toEqual([false, false]);
  });

  test('until a pending invalidation is applied, also of its second tag', async () => {
    one.answer = refuse;
    expect(await invalidations.invalidate('one', ['a', 'b'])).toEqual({ applied: false });
    expect([isPending('one', 'x', 'b'), isPending('one', 'x'), isPending('two', 'b')]).toEqual([
      true,
      false,
      false,
    ]);
    const answers = hold(one);
    const applying = invalidations.apply(one.shard, false);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(invalidations.pendingNamespaces).toBe(0);
    expect(isPending('one', 'x', 'b')).toBe(true);
    answers[0]?.();
    await applying;
    expect(isPending('one', 'x', 'b')).toBe(false);
  });
});

describe('pending invalidations', () => {
  const many = Array.from({ length: 450 }, (_, number) => `one-${number}`);
  const invalidateMany = async () => {
    one.answer = refuse;
    for (const namespace of many) await invalidations.invalidate(namespace, ['a']);
    events.splice(0);
  };

  test('are all applied, at most 200 at the same time', async () => {
    await invalidateMany();
    one.answer = () => new Promise((resolve) => setImmediate(resolve));
    one.most = 0;
    await invalidations.apply(one.shard, false);
    expect(new Set(one.removed)).toEqual(new Set(many.map((namespace) => keys.tag(namespace, 'a'))));
    expect(one.most).toBe(200);
    expect(events).toEqual([{ type: 'invalidations-applied', namespaces: 450 }]);
    expect(invalidations.hasPending(one.shard)).toBe(false);
  });

  test('are all still pending when one of them fails, even if others were removed', async () => {
    await invalidateMany();
    const last = keys.tag('one-449', 'a');
    one.answer = ([tagKey]) => (tagKey === last ? refuse() : Promise.resolve());
    await expect(invalidations.apply(one.shard, false)).rejects.toThrow('ERR');
    expect(invalidations.pendingNamespaces).toBe(450);
    expect(isPending('one-0', 'a')).toBe(true);
    expect(events).toEqual([]);
  });

  test('of another primary stay pending', async () => {
    [one.answer, two.answer] = [refuse, refuse];
    for (const namespace of ['one', 'two', 'two-b']) await invalidations.invalidate(namespace, []);
    [one.answer, two.answer] = [async () => {}, async () => {}];
    await invalidations.apply(one.shard, false);
    expect([one.removed, two.removed]).toEqual([[keys.namespaceTag('one')], []]);
    expect([isPending('one'), isPending('two'), isPending('two-b')]).toEqual([false, true, true]);
    await invalidations.apply(two.shard, false);
    expect(two.removed).toEqual([keys.namespaceTag('two'), keys.namespaceTag('two-b')]);
  });
});

describe('a primary with a new replication id', () => {
  test('gets every invalidation of the last two minutes again, and no others', async () => {
    await invalidations.invalidate('one', ['old']);
    vi.advanceTimersByTime(20_000);
    await invalidations.invalidate('one', ['a']);
    await invalidations.invalidate('one-b', ['b']);
    await invalidations.invalidate('two', ['c']);
    vi.advanceTimersByTime(100_000);
    await invalidations.invalidate('one', ['d']);
    vi.advanceTimersByTime(20_000);
    one.removed.splice(0);
    await invalidations.apply(one.shard, false);
    expect(one.removed).toEqual([]);
    await invalidations.apply(one.shard, true);
    expect(new Set(one.removed)).toEqual(
      new Set([keys.tag('one', 'a'), keys.tag('one', 'd'), keys.tag('one-b', 'b')]),
    );
  });

  test('gets them again from the last application on', async () => {
    await invalidations.invalidate('one', ['a']);
    for (let times = 0; times < 3; times += 1) {
      vi.advanceTimersByTime(100_000);
      one.removed.splice(0);
      await invalidations.apply(one.shard, true);
      expect(one.removed).toEqual([keys.tag('one', 'a')]);
    }
  });
});
