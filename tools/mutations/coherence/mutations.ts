import type { ViolationKind } from '../../../packages/redis-tier/src/testing/index.ts';

/** A change of the cache's sources, or of their use, that the coherence checker has to detect. */
export type CacheMutation = {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[];
  /** The faults that expose it. */
  readonly faults: readonly string[];
  /** The kinds of violations that it may cause. */
  readonly shows: readonly ViolationKind[];
  readonly calmEveryMs?: number;
};

const cache = (file: string) => `src/cache/${file}.ts`;

export const cacheMutations: readonly CacheMutation[] = [
  {
    name: 'versions are read after the load',
    edits: [
      {
        file: cache('load/load-and-store'),
        from: '  const requests = storable.map(',
        to: `  const tagKeys = storable.flatMap(({ flight }) => flight.names.tagKeys);
  const now = [...(await shard.commands.mget(tagKeys).catch(() => []))];
  const read = () => now.shift() ?? Buffer.alloc(16);
  storable = storable.map((item) => ({ ...item, versions: item.flight.names.tagKeys.map(read) }));
  const requests = storable.map(`,
      },
    ],
    faults: [],
    shows: ['stale-remote', 'own-write'],
  },
  {
    name: 'a local hit does not check for received invalidations',
    edits: [
      {
        file: cache('local/tag-counters'),
        from: '      if ((this.#changedAt[tagBuckets[i] ?? 0] ?? 0) > changeCount) return false;',
        to: '      if (changeCount < 0) return false;',
      },
    ],
    faults: [],
    shows: ['stale-local', 'own-write'],
  },
  {
    name: 'a disconnected invalidation connection is not detected',
    edits: [
      {
        file: cache('primary/subscriber'),
        from: '      ageMs(this.#confirmedAt, now) <= trustMs &&\n',
        to: '',
      },
    ],
    faults: ['freeze-one'],
    shows: ['stale-local'],
  },
  {
    name: 'the replication id is ignored',
    edits: [
      {
        file: cache('read/entry-codec'),
        from: 'return areEqualBytes(tag, 0, replicationId, replicationIdBytes);',
        to: 'return replicationId.length === replicationIdBytes;',
      },
      { file: cache('load/acquire-script'), from: ' and string.sub(tag, 1, 6) == replid', to: '' },
      {
        file: cache('primary/primary-connection'),
        from: 'const changed = before?.equals(replicationId) === false;',
        to: 'const changed = false;',
      },
    ],
    // With restarts alone, there would be no time for reads.
    faults: ['snapshot', 'restart-older', 'slow', 'slow', 'slow'],
    // The local tiers also cache the old values that came back, as fresh.
    shows: ['stale-remote', 'stale-local', 'own-write'],
  },
  {
    name: 'callers join a load after its store was sent',
    edits: [
      {
        file: cache('load/in-flight-load'),
        from: 'if (loadResult === null || readingsBefore < this.#readings) return loadResult;',
        to: 'if (loadResult !== undefined) return loadResult;',
      },
    ],
    // Slow replies leave more time between a change and the end of a load.
    faults: ['slow'],
    shows: ['stale-remote', 'own-write'],
  },
  {
    name: 'own writes do not count before they are acknowledged',
    edits: [
      { file: cache('invalidate/invalidations'), from: '    onInvalidate(namespace, tagKeys);\n', to: '' },
      { file: cache('invalidate/invalidations'), from: '      this.#begin(tagKeys);\n', to: '' },
    ],
    faults: ['slow'],
    shows: ['own-write'],
  },
  {
    name: 'the TTL of tags is shorter than the required time',
    edits: [
      { file: cache('load/acquire-script'), from: "version, 'PX', 2 * need)", to: "version, 'PX', 600)" },
      { file: cache('load/acquire-script'), from: "redis.call('PTTL', key) < need", to: 'false' },
    ],
    faults: [],
    shows: ['lost-entry'],
    calmEveryMs: 500,
  },
  {
    name: 'pending invalidations are applied late',
    edits: [
      {
        file: cache('primary/primary-connection'),
        from: '      await this.#options.beforeUse(again);\n',
        to: '      setTimeout(() => this.#options.beforeUse(again).catch(() => {}), 1500);\n',
      },
      {
        file: cache('invalidate/invalidations'),
        from: 'if (this.#pending.namespaces > 0 && this.#pending.covers(namespace, tagKeys)) return true;',
        to: '',
      },
    ],
    faults: ['cut', 'freeze', 'stop'],
    shows: ['own-write'],
  },
  {
    name: 'tracking is not enabled on a new connection',
    edits: [
      {
        file: cache('primary/subscriber'),
        from: 'const tracking = tracksTags && (await this.#track());',
        to: 'const tracking = tracksTags && (this.tracks || (await this.#track()));\n      this.tracks = true;',
      },
    ],
    faults: ['cut-one'],
    shows: ['stale-local'],
  },
  {
    name: 'invalidation precedes the commit',
    edits: [
      {
        file: 'src/testing/coherence/member.ts',
        from: '    const row = await this.#parent.commit(key, tags);\n',
        to: '    await this.#cache.invalidate(namespace, tags);\n    const row = await this.#parent.commit(key, tags);\n',
      },
      {
        file: 'src/testing/coherence/member.ts',
        from: '    const { applied } = await this.#cache.invalidate(namespace, tags);\n',
        to: '    const applied = true;\n',
      },
    ],
    faults: ['slow'],
    shows: ['stale-remote', 'own-write'],
  },
];
