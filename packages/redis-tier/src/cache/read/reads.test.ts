import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { timers } from '../../core/internal.ts';
import { KeySpace } from '../keys.ts';
import { resolvePolicy } from '../policy-options.ts';
import { encodeEntry } from './entry-codec.ts';
import type { ReadSource } from './read-batch.ts';
import { Reads } from './reads.ts';

const keys = new KeySpace('bb');
const policy = resolvePolicy('days', { ttlMs: 1000 });
const entryOf = (key: string, ...tags: string[]) => keys.entry(policy, { namespace: 'shop', key, tags });
const versionOf = (tagKey: string) => Buffer.from(`replid${tagKey.slice(-10).padStart(10)}`);

/** What the server has, and the keys of each command. */
let stored: Map<string, Buffer>;
let commands: string[][];
let primary: { replicationId: Buffer | null; commands: ReadSource['commands'] };
let reads: Reads;
beforeEach(() => {
  // On a busy machine a turn may take so long that its first reads are sent before its end.
  vi.spyOn(timers, 'now').mockReturnValue(timers.now());
  stored = new Map();
  commands = [];
  const mget = async (names: string[]) => {
    commands.push(names);
    return names.map((name) => stored.get(name) ?? null);
  };
  primary = { replicationId: Buffer.from('replid'), commands: { mget } };
  reads = new Reads(
    primary,
    () => 0,
    () => ({ epoch: 1, changeCount: 0 }),
  );
});

afterEach(() => vi.restoreAllMocks());

function store(names: ReturnType<typeof entryOf>, body: string): void {
  for (const tagKey of names.tagKeys) stored.set(tagKey, versionOf(tagKey));
  const versions = names.tagKeys.map(versionOf);
  stored.set(
    names.entryKey,
    encodeEntry({ loadedAtMs: 1, ttlMs: 2, loadMs: 3 }, versions, names.tagSet, Buffer.from(body)),
  );
}

describe('the reads of one turn', () => {
  test('that are too many for one command travel in several, and each gets its own entry', async () => {
    const all = Array.from({ length: 1200 }, (_, number) => entryOf(`${number}`, `tag${number % 7}`));
    all.forEach((names, number) => {
      store(names, `${number}`);
    });
    const readings = await Promise.all(all.map((names) => reads.read(names)));
    expect(readings.map((reading) => `${reading?.valid} ${reading?.content.body}`)).toEqual(
      all.map((_, number) => `true ${number}`),
    );
    expect(commands.length).toBeGreaterThan(1);
    expect(Math.max(...commands.map(({ length }) => length))).toBeLessThanOrEqual(512 + 16);
  });

  test('of one key are one read, and are valid only for the tags that the entry was built with', async () => {
    const [names, others] = [entryOf('a', 'day', 'staff'), entryOf('a', 'day')];
    store(names, '1');
    const readings = await Promise.all([names, others, names].map((one) => reads.read(one)));
    expect(readings.map((reading) => reading?.valid)).toEqual([true, undefined, true]);
    expect(commands.flat().filter((name) => name === names.entryKey)).toHaveLength(1);
  });
});

test.each([0, 1, 2])(
  'an entry is invalid when its tag %i is missing, has changed, or is of another primary',
  async (index) => {
    const names = entryOf('a', 'day', 'staff');
    store(names, '1');
    const tagKey = names.tagKeys[index] ?? '';
    const version = versionOf(tagKey);
    const last = Buffer.from(version);
    last[15] = 0;
    for (const value of [null, last, Buffer.concat([Buffer.from('other!'), version.subarray(6)])]) {
      if (value === null) stored.delete(tagKey);
      else stored.set(tagKey, value);
      expect((await reads.read(names))?.valid).toBe(false);
    }
    stored.set(tagKey, version);
    expect((await reads.read(names))?.valid).toBe(true);
  },
);

test('a read without a known primary, or whose primary changes meanwhile, fails', async () => {
  primary.replicationId = null;
  await expect(reads.read(entryOf('a'))).rejects.toThrow('the primary is not known');
  primary.replicationId = Buffer.from('replid');
  const changing = reads.read(entryOf('a'), () => {
    queueMicrotask(() => {
      primary.replicationId = Buffer.from('second');
    });
  });
  await expect(changing).rejects.toThrow('the primary changed');
});
