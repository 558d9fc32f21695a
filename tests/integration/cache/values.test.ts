import { randomBytes } from 'node:crypto';
import { codecContract, serializerContract, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, describe, expect, inject, test } from 'vitest';
import {
  encryptionCodec,
  gzipCodec,
  jsonSerializer,
  type PolicyOptions,
  structuredSerializer,
  UncacheableValueError,
} from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const keys = [randomBytes(32)];
const opened: OpenedCache<'days'>[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.end();
});

async function open(prefix: string, policy: Partial<PolicyOptions>): Promise<OpenedCache<'days'>> {
  const one = await openCache(inject('redisUrl'), {
    prefix,
    policies: { days: { ttlMs: 60_000, errorTtlMs: 0, ...policy } },
    local: { maxBytes: 1_000_000 },
  });
  opened.push(one);
  return one;
}

const address = { namespace: 'shop', key: 'a', tags: ['day'] };
const never = async (): Promise<never> => Promise.reject(new Error('it should be cached'));

/** Loads a value and waits until another process can read it. */
async function store<T>(one: OpenedCache<'days'>, value: T, key = 'a'): Promise<void> {
  const { bytesStored } = one.cache.statistics().total;
  await one.cache.policy('days').get({ ...address, key, load: async () => value });
  await until('it is stored', () => one.cache.statistics().total.bytesStored > bytesStored);
}

async function read(one: OpenedCache<'days'>, key = 'a'): Promise<{ source: string; value: unknown }> {
  const { source, value } = await one.cache.policy('days').get({ ...address, key, load: never });
  return { source, value };
}

describe.each([
  ['JSON', jsonSerializer],
  ['structured cloning', structuredSerializer],
])('the serializer contract, %s', (_, serializer) => {
  for (const { title, run } of serializerContract) test(title, () => run(serializer));
});

describe.each([
  ['gzip', gzipCodec()],
  ['encryption', encryptionCodec({ keys })],
])('the codec contract, %s', (_, codec) => {
  for (const { title, run } of codecContract) test(title, () => run(codec));
});

describe('a value that JSON would change', () => {
  test('is an error of the load, which names the part', async () => {
    const { cache } = await open(ownPrefix(), {});
    const get = cache.policy('days').get({ ...address, load: async () => ({ at: [new Date(0)] }) });
    await expect(get).rejects.toThrow(UncacheableValueError);
    await expect(get).rejects.toThrow('a Date at .at[0], which JSON would change');
  });

  test('is the same for all processes with a serializer that holds it', async () => {
    const prefix = ownPrefix();
    const policy = { serializer: structuredSerializer };
    const [one, other] = [await open(prefix, policy), await open(prefix, policy)];
    const value = { at: new Date(5), prices: new Map([['cut', 12n]]), none: undefined };
    await store(one, value);
    expect(await read(other)).toStrictEqual({ source: 'remote', value });
    await until('it is in the local tier', async () => (await read(other)).source === 'local');
    expect((await read(other)).value).toStrictEqual(value);
  });

  test('belongs to one reader alone when it cannot be frozen', async () => {
    const one = await open(ownPrefix(), { serializer: structuredSerializer });
    await store(one, new Map([['cut', 1]]));
    const [mine, yours] = await Promise.all([read(one), read(one)]);
    (mine.value as Map<string, number>).set('cut', 2);
    expect((yours.value as Map<string, number>).get('cut')).toBe(1);
    expect((await read(one)).value).toEqual(new Map([['cut', 1]]));
  });
});

describe('bytes in Redis', () => {
  const policy = (...of: Uint8Array[]): Partial<PolicyOptions> => ({
    codecs: [gzipCodec({ minBytes: 0 }), encryptionCodec({ keys: of })],
  });
  const secret = { note: 'haircut '.repeat(1000) };
  const [first, second] = [randomBytes(32), randomBytes(32)];

  async function entryOf({ cache, redis }: OpenedCache<'days'>, key = 'a'): Promise<[string, Buffer]> {
    const found = (await cache.keys({ namespace: 'shop', policy: 'days' })).keys.filter((it) =>
      it.endsWith(`:${key}`),
    );
    expect(found).toHaveLength(1);
    return [found[0] ?? '', (await redis.getBuffer(found[0] ?? '')) ?? Buffer.alloc(0)];
  }

  test('are compressed and encrypted, and the body of a result is not', async () => {
    const prefix = ownPrefix();
    const [one, other] = [await open(prefix, policy(first)), await open(prefix, policy(first))];
    await store(one, secret);
    const [, bytes] = await entryOf(one);
    expect(bytes.includes('haircut')).toBe(false);
    expect(bytes.length).toBeLessThan(500);
    const result = await other.cache.policy('days').get({ ...address, load: never });
    expect([result.source, result.body.toString()]).toEqual(['remote', JSON.stringify(secret)]);
  });

  test('that cannot be decoded are replaced by one load, without an error', async () => {
    const prefix = ownPrefix();
    const one = await open(prefix, policy(first));
    await store(one, secret);
    // A process that has only the new key. Both use the same names.
    const other = await open(prefix, policy(second));
    await store(other, { note: 'new' });
    expect((await read(other)).value).toEqual({ note: 'new' });
    expect(other.events).toContainEqual({
      type: 'entry-unreadable',
      policy: 'days',
      reason: 'no key decrypts the entry',
    });
    const third = await open(prefix, policy(second, first));
    expect(await read(third)).toEqual({ source: 'remote', value: { note: 'new' } });
  });

  test('of another entry are not accepted in the place of an entry', async () => {
    const prefix = ownPrefix();
    const one = await open(prefix, policy(first));
    await store(one, { shown: 'to the barber' }, 'a');
    await store(one, { shown: 'to everyone' }, 'b');
    const [[nameA, bytesA], [nameB]] = [await entryOf(one, 'a'), await entryOf(one, 'b')];
    expect(nameA).not.toBe(nameB);
    await one.redis.set(nameB, bytesA, 'PX', 60_000);
    const other = await open(prefix, policy(first));
    const load = async (): Promise<unknown> => ({ shown: 'to everyone' });
    const { source, value } = await other.cache.policy('days').get({ ...address, key: 'b', load });
    expect([source, value]).toEqual(['miss', { shown: 'to everyone' }]);
  });

  test('of processes with other serializers or codecs have other names', async () => {
    const prefix = ownPrefix();
    const plain = await open(prefix, {});
    await store(plain, { a: 1 });
    const structured = await open(prefix, { serializer: structuredSerializer });
    await store(structured, { a: 2 });
    const encrypted = await open(prefix, policy(first));
    await store(encrypted, { a: 3 });
    const again = [await open(prefix, {}), await open(prefix, { serializer: structuredSerializer })];
    for (const [index, one] of again.entries())
      expect(await read(one)).toEqual({ source: 'remote', value: { a: index + 1 } });
  });
});

test.each([
  [{ serializer: {} }],
  [{ serializer: { ...structuredSerializer, name: 'a:b' } }],
  [{ codecs: gzipCodec() }],
  [{ codecs: Array(5).fill(gzipCodec()) }],
  [{ codecs: [{ name: 'x', encode: () => Buffer.alloc(0) }] }],
])('a policy rejects %j', async (policy) => {
  await expect(open(ownPrefix(), policy as never)).rejects.toThrow(/serializer|codecs/);
});
