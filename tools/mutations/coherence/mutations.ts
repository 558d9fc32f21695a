import type { ViolationKind } from '../../../packages/redis-tier/src/testing/index.ts';

/** A mistake in the cache, or in its use, that the checker has to find: a change of its sources. */
export type CacheMutation = {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[];
  /** What has to break for it to show. */
  readonly faults: readonly string[];
  /** What it may be found as. */
  readonly shows: readonly ViolationKind[];
  readonly calmEveryMs?: number;
};

const cache = (file: string) => `src/cache/${file}.ts`;

export const cacheMutations: readonly CacheMutation[] = [
  {
    name: 'versions are read after the load',
    edits: [
      {
        file: cache('load-and-store'),
        from: '  const requests = kept.map(',
        to: `  const tagKeys = kept.flatMap(({ flight }) => flight.names.tagKeys);
  const now = await shard.send((redis) => redis.mgetBuffer(tagKeys)).catch(() => []);
  const read = () => now.shift() ?? Buffer.alloc(16);
  kept = kept.map((item) => ({ ...item, versions: item.flight.names.tagKeys.map(read) }));
  const requests = kept.map(`,
      },
    ],
    faults: [],
    shows: ['stale-remote', 'own-write'],
  },
  {
    name: 'no local fence: a hit does not look at what was heard of its tags',
    edits: [
      {
        file: cache('tag-counters'),
        from: '      if ((this.#changedAt[ofPlaces[i] ?? 0] ?? 0) > heard) return false;',
        to: '      if (heard < 0) return false;',
      },
    ],
    faults: [],
    shows: ['stale-local', 'own-write'],
  },
  {
    name: 'a deaf link is not noticed',
    edits: [
      {
        file: cache('subscriber'),
        from: '      ageMs(this.#heardAt, now) <= trustMs &&\n',
        to: '',
      },
    ],
    faults: ['deafen'],
    shows: ['stale-local'],
  },
  {
    name: 'lineage is ignored',
    edits: [
      {
        file: cache('entry-codec'),
        from: 'for (let i = 0; i < replicationIdBytes; i++) if (tag[i] !== lineage[i]) return false;',
        to: '',
      },
      { file: cache('acquire-script'), from: ' and string.sub(tag, 1, 6) == lineage', to: '' },
      {
        file: cache('link'),
        from: 'const changed = before?.equals(lineage) === false;',
        to: 'const changed = false;',
      },
    ],
    // Restarts alone would leave nobody the time to read.
    faults: ['snapshot', 'restart-older', 'slow', 'slow', 'slow'],
    // What came back old is kept in the processes too, as fresh.
    shows: ['stale-remote', 'stale-local', 'own-write'],
  },
  {
    name: 'a load is joined after its store was sent',
    edits: [
      {
        file: cache('flight'),
        from: 'if (landing === null || readingsBefore < this.#readings) return landing;',
        to: 'if (landing !== undefined) return landing;',
      },
    ],
    // Replies that take their time leave more room between a change and the end of a load.
    faults: ['slow'],
    shows: ['stale-remote', 'own-write'],
  },
  {
    name: 'own writes are not told apart before they are acknowledged',
    edits: [
      { file: cache('invalidations'), from: '    onInvalidate(scope, tagKeys);\n', to: '' },
      { file: cache('invalidations'), from: '      this.#begin(tagKeys);\n', to: '' },
    ],
    faults: ['slow'],
    shows: ['own-write'],
  },
  {
    name: 'tags live for less than the need',
    edits: [
      { file: cache('acquire-script'), from: "version, 'PX', 2 * need)", to: "version, 'PX', 600)" },
      { file: cache('acquire-script'), from: "redis.call('PTTL', key) < need", to: 'false' },
    ],
    faults: [],
    shows: ['lost-entry'],
    calmEveryMs: 500,
  },
  {
    name: 'pending invalidations are applied late',
    edits: [
      {
        file: cache('link'),
        from: '      await this.#options.beforeUse(again);\n',
        to: '      setTimeout(() => this.#options.beforeUse(again).catch(() => {}), 1500);\n',
      },
      {
        file: cache('invalidations'),
        from: 'if (this.#kept.scopes > 0 && this.#kept.covers(scope, tagKeys)) return true;',
        to: '',
      },
    ],
    faults: ['cut', 'freeze', 'stop'],
    shows: ['own-write'],
  },
  {
    name: 'tracking is not asked for again on a new connection',
    edits: [
      {
        file: cache('subscriber'),
        from: 'const tracking = tracksTags && (await this.#track());',
        to: 'const tracking = tracksTags && (this.tracks || (await this.#track()));\n      this.tracks = true;',
      },
    ],
    faults: ['cut-one'],
    shows: ['stale-local'],
  },
  {
    name: 'it is invalidated before the commit',
    edits: [
      {
        file: 'src/testing/coherence/member.ts',
        from: '    const row = await this.#up.commit(key, tags);\n',
        to: '    await this.#cache.invalidate(scope, tags);\n    const row = await this.#up.commit(key, tags);\n',
      },
      {
        file: 'src/testing/coherence/member.ts',
        from: '    const { applied } = await this.#cache.invalidate(scope, tags);\n',
        to: '    const applied = true;\n',
      },
    ],
    faults: ['slow'],
    shows: ['stale-remote', 'own-write'],
  },
];
