import { type Edit, type Rule, tests, tier } from './rule.ts';

const cache = (file: string): string => tier(`cache/${file}`);
const cacheTest = (file: string): string => tests(`integration/cache/${file}`);

const replicationIdIgnored: Edit = {
  file: cache('read/entry-codec'),
  from: 'return areEqualBytes(tag, 0, replicationId, replicationIdBytes);',
  to: 'return replicationId.length === replicationIdBytes;',
};

export const cacheRules: readonly Rule[] = [
  {
    number: 1,
    description:
      'A tag with another replication id than the primary’s counts as missing. Only a primary is used.',
    mutations: [
      {
        off: 'reads accept tags with any replication id',
        edits: [replicationIdIgnored],
        fails: {
          file: cacheTest('replication-id'),
          test: 'does not read a node that becomes a replica, and serves nothing as fresh under a new replication id',
        },
      },
      {
        off: 'a lease request accepts tags with any replication id',
        edits: [{ file: cache('load/acquire-script'), from: ' and string.sub(tag, 1, 6) == replid', to: '' }],
        fails: {
          file: cacheTest('lease'),
          test: 'is granted with new versions for tags of another replication id',
        },
      },
      {
        off: 'replicas are used too',
        edits: [
          {
            file: cache('primary/replication-id'),
            from: "if (role !== 'master')",
            to: "if (role === 'none')",
          },
        ],
        fails: {
          file: cacheTest('replication-id'),
          test: 'does not read a node that becomes a replica, and serves nothing as fresh under a new replication id',
        },
      },
    ],
  },
  {
    number: 2,
    description:
      'The invalidations of the last two minutes, including rows of the outbox, are applied again when the replication id changes and when a namespace moves to another primary. A process that is partitioned with an old primary trusts it for three seconds at most.',
    mutations: [
      {
        off: 'recent invalidations are not applied again when the replication id changes',
        edits: [
          {
            file: cache('primary/primary-connection'),
            from: 'if (before === null || changed) this.#mustApply = true;',
            to: 'if (before === null) this.#mustApply = true;',
          },
        ],
        fails: {
          file: cacheTest('replication-id'),
          test: 'repeats recent invalidations under a new replication id',
        },
      },
      {
        off: 'recent invalidations are not applied again on the new primary of a namespace',
        edits: [
          {
            file: cache('primary/cluster-shards'),
            from: 'members.get(key)?.shard.reapplyInvalidations();',
            to: 'members.get(key);',
          },
        ],
        fails: {
          file: cacheTest('cluster'),
          test: 'repeats recent invalidations on the primary to which a namespace has moved',
        },
      },
      {
        off: 'applied rows of the outbox are not applied again',
        edits: [
          {
            file: 'apps/server/src/outbox/invalidations/invalidations.ts',
            from: 'applied_at >= clock_timestamp() - ${ms}',
            to: 'applied_at >= clock_timestamp() + ${ms}',
          },
        ],
        fails: {
          file: tests('integration/jobs/invalidations'),
          test: 'reapplies recent invalidations on request, and deletes old ones',
        },
      },
      {
        off: 'the role that a primary reported is trusted without a time limit',
        edits: [
          {
            file: cache('primary/primary-connection'),
            from: 'if (this.#replicationId !== null && ageMs(this.#checkedAt, now) > trustMs) {',
            to: 'if (this.#replicationId === undefined) {',
          },
        ],
        fails: {
          file: cacheTest('replication-id'),
          test: 'trusts the last known role of the primary for three seconds',
        },
      },
    ],
  },
  {
    number: 3,
    description:
      'A local tier that may miss invalidations serves nothing as fresh: every new connection enables tracking and drops older entries, the last reply to PING is at most three seconds old, and both connections use the same server.',
    mutations: [
      {
        off: 'the connection uses RESP3, whose invalidation messages the client drops',
        edits: [{ file: cache('primary/subscriber'), from: 'protocol: 2,', to: 'protocol: 3,' }],
        fails: { file: cacheTest('local-tier'), test: 'receives eviction, expiry and flush of tags' },
      },
      {
        off: 'tracking is enabled only on the first connection',
        edits: [
          {
            file: cache('primary/subscriber'),
            from: 'const tracking = tracksTags && (await this.#track());',
            to: 'const tracking = tracksTags && (this.#tracks || (await this.#track()));\n      this.#tracks = true;',
          },
          {
            file: cache('primary/subscriber'),
            from: '  #reportedConnected = false;\n',
            to: '  #reportedConnected = false;\n  #tracks = false;\n',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'serves nothing as fresh while its connection is lost, and serves again once tracking has begun again',
        },
      },
      {
        off: 'older entries remain fresh after a reconnect',
        edits: [
          {
            file: cache('primary/subscriber'),
            from: '      onAnything();\n      this.#listens = true;',
            to: '      this.#listens = true;',
          },
          {
            file: cache('primary/subscriber'),
            from: '    this.#options.onAnything();\n    if (this.#reportedConnected)',
            to: '    if (this.#reportedConnected)',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'serves nothing as fresh while its connection is lost, and serves again once tracking has begun again',
        },
      },
      {
        off: 'a connection without replies is trusted',
        edits: [
          {
            file: cache('primary/subscriber'),
            from: '      ageMs(this.#confirmedAt, now) <= trustMs &&\n',
            to: '',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'serves nothing as fresh after three seconds without a reply on its connection',
        },
      },
      {
        off: 'invalidations from any server are accepted',
        edits: [
          {
            file: cache('primary/subscriber'),
            from: ' &&\n      this.#server === this.#options.server(now)\n',
            to: '\n',
          },
          {
            file: cache('primary/subscriber'),
            from: 'server !== this.#server && this.#listens',
            to: 'server === this.#server && !this.#listens',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'serves nothing as fresh when it tracks another server than the commands go to',
        },
      },
      {
        off: 'a flush does not invalidate everything',
        edits: [{ file: cache('primary/subscriber'), from: '    else onAnything();\n', to: '' }],
        fails: { file: cacheTest('local-tier'), test: 'receives eviction, expiry and flush of tags' },
      },
    ],
  },
  {
    number: 4,
    description:
      'An entry stores the tag versions of the moment when the lease was granted, before the load.',
    mutations: [
      {
        off: 'the versions are read after the load',
        edits: [
          {
            file: cache('load/load-and-store'),
            from: '  const requests = storable.map(',
            to: `  const tagKeys = storable.flatMap(({ flight }) => flight.names.tagKeys);
  const now = [...(await shard.commands.mget(tagKeys).catch(() => []))];
  const read = (): Buffer => now.shift() ?? Buffer.alloc(16);
  storable = storable.map((item) => ({ ...item, versions: item.flight.names.tagKeys.map(read) }));
  const requests = storable.map(`,
          },
        ],
        fails: {
          file: cacheTest('invalidation'),
          test: 'during a load prevents the store even if the tags have been created again',
        },
      },
    ],
  },
  {
    number: 5,
    description: 'Invalidation follows the commit, even if the outcome of the commit is unknown.',
    mutations: [
      {
        off: 'nothing is invalidated after a commit with an unknown outcome',
        edits: [
          {
            file: 'apps/server/src/database/transaction.ts',
            from: '      if (worked) await run(pending);\n',
            to: '',
          },
        ],
        fails: {
          file: tests('integration/database/after-commit'),
          test: 'effects run after a commit with an unknown outcome',
        },
      },
      {
        off: 'invalidation precedes the commit',
        edits: [
          {
            file: 'apps/server/src/database/transaction.ts',
            from: '        worked = true;\n',
            to: '        worked = true;\n        await run(pending);\n',
          },
        ],
        fails: {
          file: tests('integration/database/after-commit'),
          test: 'effects run after the commit, and never after a rollback',
        },
      },
    ],
  },
  {
    number: 6,
    description: 'Every entry has its namespace’s tag. There is no delete by key and no set without a lease.',
    mutations: [
      {
        off: 'an entry has only its own tags',
        edits: [{ file: cache('keys'), from: 'return [this.namespaceTag, ...names', to: 'return [...names' }],
        fails: {
          file: cacheTest('tags'),
          test: 'of an entry are the namespace tag and the named ones, in any order',
        },
      },
    ],
  },
  {
    number: 7,
    description:
      'A caller that joins a load uses its result only if the caller came before the load began to read, or if the store was sent after the caller came and succeeded. No caller joins a load that its own process has invalidated.',
    mutations: [
      {
        off: 'every joined caller uses the result',
        edits: [
          {
            file: cache('load/in-flight-load'),
            from: 'return (await loadResult.stored) ? loadResult : null;',
            to: 'return loadResult;',
          },
        ],
        fails: {
          file: cacheTest('invalidation'),
          test: 'by another process: a caller that joined the load after it began does not get its value',
        },
      },
      {
        off: 'callers join an invalidated load',
        edits: [{ file: cache('cache'), from: '      inFlightLoads.detach(tagKeys);\n', to: '' }],
        fails: {
          file: cacheTest('invalidation'),
          test: 'by the loading process detaches the load, so that later callers do not join it',
        },
      },
      {
        off: 'no caller joins while Redis is unavailable',
        edits: [
          {
            file: cache('read/lookup'),
            from: 'if (underWay !== undefined && mayJoin)',
            to: "if (underWay !== undefined && mayJoin && outcome !== 'unavailable')",
          },
        ],
        fails: {
          file: cacheTest('outage'),
          test: 'loads once for all concurrent callers of a process, and once for callers that arrive during the load',
        },
      },
    ],
  },
  {
    number: 8,
    description:
      'A local entry is valid only if no invalidation of its tags was received since its read was sent. The process’s own invalidations count at the call and again at the acknowledgement.',
    mutations: [
      {
        off: 'a hit does not check for invalidations',
        edits: [
          {
            file: cache('local/tag-counters'),
            from: '      if ((this.#changedAt[tagBuckets[i] ?? 0] ?? 0) > changeCount) return false;',
            to: '      if (changeCount < 0) return false;',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'shows a process its own invalidation immediately, before it is acknowledged',
        },
      },
      {
        off: 'a read counts invalidations since its reply',
        edits: [
          { file: cache('read/read-batch'), from: '    this.#snapshotAtSend = this.#snapshot();\n', to: '' },
          {
            file: cache('read/read-batch'),
            from: '    this.#replicationId = replicationId;\n',
            to: '    this.#replicationId = replicationId;\n    this.#snapshotAtSend = this.#snapshot();\n',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'does not store a value whose read overlapped an invalidation',
        },
      },
      {
        off: 'a load counts invalidations since the reply to its store',
        edits: [
          {
            file: cache('load/load-and-store'),
            from: '        snapshot,\n',
            to: '        snapshot: counters.snapshot(shard.epoch),\n',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'does not store a loaded value whose store overlapped an invalidation',
        },
      },
      {
        off: 'the process’s own invalidation counts only at the acknowledgement',
        edits: [
          {
            file: cache('invalidate/invalidations'),
            from: '    onInvalidate(namespace, tagKeys);\n    const shard',
            to: '    const shard',
          },
          // Pending invalidations are tracked separately. Either mechanism alone is sufficient, so both are removed.
          { file: cache('invalidate/invalidations'), from: '      this.#begin(tagKeys);\n', to: '' },
          { file: cache('invalidate/invalidations'), from: '        this.#end(tagKeys);\n', to: '' },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'shows a process its own invalidation immediately, before it is acknowledged',
        },
      },
      {
        off: 'the process’s own invalidation counts only at the call',
        edits: [
          {
            file: cache('invalidate/invalidations'),
            from: '    this.#options.onInvalidate(namespace, tagKeys);\n  }\n\n  #orAll',
            to: '  }\n\n  #orAll',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'counts its own invalidation at the acknowledgement too: a value read in between is not stored',
        },
      },
    ],
  },
  {
    number: 9,
    description:
      'An invalidation that Redis did not accept stays pending: its process does not read the entries that it covers, and applies it before it reads anything else. Too many pending invalidations become an invalidation of the namespace or of everything. Another process applies the outbox row if the process exits.',
    mutations: [
      {
        off: 'a failed invalidation is discarded',
        edits: [
          {
            file: cache('invalidate/invalidations'),
            from: 'if (!this.#pending.add(namespace, this.#orAll(namespace, tagKeys))) this.#overflows += 1;\n    onEvent',
            to: 'onEvent',
          },
        ],
        fails: {
          file: cacheTest('outage'),
          test: 'is pending, protects its own process, and is applied before any read',
        },
      },
      {
        off: 'its process still reads the entries that it covers',
        edits: [
          {
            file: cache('invalidate/invalidations'),
            from: 'return this.#hasOverflow(shard) || (!isIdle && this.#covers(names.namespace, names.tagKeys));',
            to: 'return isIdle && !isIdle && this.#hasOverflow(shard) && this.#covers(names.namespace, names.tagKeys);',
          },
        ],
        fails: {
          file: cacheTest('invalidation'),
          test: 'is retried, and until then its process reads nothing that it covers',
        },
      },
      {
        off: 'Redis is read before pending invalidations are applied',
        edits: [
          {
            file: cache('primary/primary-connection'),
            from: '      await this.#options.beforeUse(again);\n',
            to: '      setTimeout(() => void this.#options.beforeUse(again).catch(() => {}), 3000).unref();\n',
          },
        ],
        fails: {
          file: cacheTest('outage'),
          test: 'is pending, protects its own process, and is applied before any read',
        },
      },
      {
        off: 'too many pending invalidations are discarded',
        edits: [
          {
            file: cache('invalidate/invalidations'),
            from: 'if (!this.#pending.add(namespace, this.#orAll(namespace, tagKeys))) this.#overflows += 1;',
            to: 'this.#pending.add(namespace, this.#orAll(namespace, tagKeys));',
          },
        ],
        fails: {
          file: cacheTest('invalidation'),
          test: 'keeps its effect when too many are pending: the namespace or everything is invalidated',
        },
      },
      {
        off: 'without tracking, an invalidation of everything is not published',
        edits: [
          {
            file: cache('invalidate/unlink-tags'),
            from: '  await send((redis) => publish(redis, channel, null));\n',
            to: '',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'receives an invalidation of everything where the server refuses tracking',
        },
      },
      {
        off: 'the relay applies rows only after ten seconds',
        edits: [
          {
            file: 'apps/server/src/outbox/invalidations/invalidation-relay.ts',
            from: 'everyMs = 500, afterMs = 250',
            to: 'everyMs = 500, afterMs = 10_000',
          },
        ],
        fails: {
          file: tests('integration/jobs/invalidations'),
          test: 'applies an invalidation within a second of its commit, with the shipped intervals',
        },
      },
    ],
  },
  {
    number: 10,
    description:
      'No command is resent and none waits for a connection. A repeated lease request gets the same lease, and a lease that is granted too late is released.',
    mutations: [
      {
        off: 'a command whose connection was cut before the reply is resent',
        edits: [
          {
            file: tier('connection/connect'),
            from: 'autoResendUnfulfilledCommands: false',
            to: 'autoResendUnfulfilledCommands: true',
          },
          {
            file: tier('connection/connect'),
            from: 'maxRetriesPerRequest: 0',
            to: 'maxRetriesPerRequest: 20',
          },
        ],
        fails: {
          file: tests('integration/tier-connection/connect'),
          test: 'fails a command whose reply is lost without resending it, and fails immediately without a connection',
        },
      },
      {
        off: 'a command waits for a connection',
        edits: [
          {
            file: tier('connection/connect'),
            from: 'enableOfflineQueue: false,\n  auto',
            to: 'enableOfflineQueue: true,\n  auto',
          },
        ],
        fails: {
          file: tests('integration/tier-connection/connect'),
          test: 'fails a command whose reply is lost without resending it, and fails immediately without a connection',
        },
      },
      {
        off: 'a repeated lease request is denied',
        edits: [
          {
            file: cache('load/acquire-script'),
            from: 'local mine = lease and string.sub(lease, 1, 16) == token',
            to: 'local mine = false',
          },
        ],
        fails: {
          file: cacheTest('lease'),
          test: 'that is requested again with the same token is granted again',
        },
      },
      {
        off: 'a lease that is granted too late remains until it expires',
        edits: [
          {
            file: cache('primary/redis-commands'),
            from: '.then((late) => releaseLateGrants(options, request, late))',
            to: '.then((late) => releaseLateGrants(options, request, { ...late, acquired: [] }))',
          },
        ],
        fails: { file: cacheTest('outage'), test: 'leaves no lease held that it granted too late' },
      },
    ],
  },
  {
    number: 11,
    description:
      'A tag’s TTL is twice the required time, and is extended only when less than the required time is left, because every change of the TTL invalidates local tiers.',
    mutations: [
      {
        off: 'the TTL of a tag is the required time',
        edits: [
          {
            file: cache('load/acquire-script'),
            from: "version, 'PX', 2 * need)",
            to: "version, 'PX', need)",
          },
        ],
        fails: {
          file: cacheTest('tags'),
          test: 'are created with twice the needed TTL, which is extended only when less than the need is left',
        },
      },
      {
        off: 'the TTL is extended every time',
        edits: [
          {
            file: cache('load/acquire-script'),
            from: "elseif redis.call('PTTL', key) < need then",
            to: 'else',
          },
        ],
        fails: {
          file: cacheTest('tags'),
          test: 'are created with twice the needed TTL, which is extended only when less than the need is left',
        },
      },
      {
        off: 'the TTL is never extended',
        edits: [{ file: cache('load/acquire-script'), from: "redis.call('PTTL', key) < need", to: 'false' }],
        fails: {
          file: cacheTest('tags'),
          test: 'are created with twice the needed TTL, which is extended only when less than the need is left',
        },
      },
      {
        off: 'the required time is that of the shortest policy',
        edits: [
          {
            file: cache('cache'),
            from: 'Math.max(0, ...policies.map((policy) => hardTtlMs(policy) + policy.leaseMs))',
            to: 'Math.min(...policies.map((policy) => hardTtlMs(policy) + policy.leaseMs))',
          },
        ],
        fails: { file: cacheTest('tags'), test: 'outlive the entries that name them' },
      },
    ],
  },
  {
    number: 12,
    description:
      'Invalidation deletes the tags. This works on a full server, and local tiers detect it like eviction, expiry and flush.',
    mutations: [
      {
        off: 'invalidation writes a new version',
        edits: [
          {
            file: cache('invalidate/unlink-tags'),
            from: 'Promise.all([redis.unlink(...tagKeys), publish',
            to: 'Promise.all([...tagKeys.map((key) => redis.set(key, `${Math.random()}`.slice(0, 16))), publish',
          },
        ],
        fails: { file: cacheTest('outage'), test: 'accepts invalidations, and callers load without storing' },
      },
    ],
  },
  {
    number: 13,
    description:
      'During a slot migration, a read is a miss that bypasses the cache, without a retry and without opening the circuit breaker. An invalidation deletes its keys one by one.',
    mutations: [
      {
        off: 'an invalidation fails during a slot migration',
        edits: [
          {
            file: cache('invalidate/unlink-tags'),
            from: '    if (!isSlotMigrating(error)) throw error;\n',
            to: '    if (!isSlotMigrating(error) || tagKeys.length > 0) throw error;\n',
          },
        ],
        fails: { file: cacheTest('invalidation'), test: 'tags are removed one by one' },
      },
      {
        off: 'an error reply opens the circuit breaker',
        edits: [
          {
            file: tier('connection/circuit-breaker'),
            from: '              isReply(error)\n                ? error',
            to: "              isReply(error) && open('refused') === undefined\n                ? error",
          },
        ],
        fails: {
          file: cacheTest('invalidation'),
          test: 'a refused read loads without Redis, and Redis stays in use',
        },
      },
    ],
  },
  {
    number: 14,
    description:
      'A stale value is served while one caller revalidates it. An invalidated value is served only instead of an error, and never by the process that invalidated it.',
    mutations: [
      {
        off: 'a stale value is a miss',
        edits: [
          {
            file: cache('read/lookup'),
            from: 'if (nowMs < expiresAtMs + policy.staleWhileRevalidateMs)',
            to: 'if (nowMs < expiresAtMs)',
          },
        ],
        fails: {
          file: cacheTest('lookup'),
          test: 'serves a stale value immediately while one caller loads it again',
        },
      },
      {
        off: 'the caller gets an error although there is a stale value',
        edits: [
          {
            file: cache('policy-cache'),
            from: '    if (result.fallback !== null) return result.fallback;\n',
            to: '',
          },
        ],
        fails: { file: cacheTest('lookup'), test: 'serves a stale value when loading fails' },
      },
      {
        off: 'a process serves from Redis a value that it has invalidated',
        edits: [
          {
            file: cache('read/lookup'),
            from: '  if (!reading.valid && loadedAtMs <= parts.counters.lastOwnMs(names.tagKeys) + clockMarginMs) return null;\n',
            to: '',
          },
        ],
        fails: {
          file: cacheTest('lookup'),
          test: 'serves a stale value when loading fails',
        },
      },
      {
        off: 'while Redis is unavailable, a process serves values whose invalidation it has received',
        edits: [
          {
            file: cache('local/local-lookup'),
            from: '|| !parts.local?.isUnchanged(entry))\n    return null',
            to: ') return null',
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'does not serve an entry as stale whose invalidation arrived before the outage',
        },
      },
    ],
  },
  {
    number: 15,
    description:
      'A session that has just written skips the local tier, or the whole cache while its invalidation is pending.',
    mutations: [
      {
        off: 'the local tier is not skipped',
        edits: [
          {
            file: cache('read/lookup'),
            from: 'return skip === undefined ? readFreshLocal',
            to: "return skip !== 'all' ? readFreshLocal",
          },
        ],
        fails: {
          file: cacheTest('local-tier'),
          test: 'is skipped for a session that has just written, as is the whole cache on request',
        },
      },
      {
        off: 'Redis is not skipped',
        edits: [{ file: cache('read/lookup'), from: "if (skip === 'all' || parts", to: 'if (parts' }],
        fails: {
          file: cacheTest('local-tier'),
          test: 'is skipped for a session that has just written, as is the whole cache on request',
        },
      },
    ],
  },
  {
    number: 16,
    description: 'Tags are a function of the key: a read with other tags does not get the entry.',
    mutations: [
      {
        off: 'the set of tags is not checked',
        edits: [
          {
            file: cache('read/read-batch'),
            from: ' || !namesTags(entry, tagSet)) return null;',
            to: ') return null;',
          },
        ],
        fails: { file: cacheTest('tags'), test: 'is a miss in both tiers' },
      },
      {
        off: 'the local tier does not check the set of tags',
        edits: [
          {
            file: cache('local/local-tier'),
            from: 'return entry?.names.hasTagsOf(names) === true ? entry : undefined;',
            to: 'return entry;',
          },
        ],
        fails: { file: cacheTest('tags'), test: 'is a miss in both tiers' },
      },
    ],
  },
  {
    number: 17,
    description:
      'A store requires its lease. A lease is renewed during the load. A failed load is marked for a short time. Waiting is bounded, after which the caller loads without storing. The release of a lease publishes a message only if a caller waits.',
    mutations: [
      {
        off: 'a store does not require its lease',
        edits: [
          {
            file: cache('load/store-script'),
            from: '  if not lease or string.sub(lease, 1, 16) ~= ARGV[a] then return 2 end\n',
            to: "  lease = lease or ''\n",
          },
        ],
        fails: { file: cacheTest('lease'), test: 'that was lost prevents its load from being stored' },
      },
      {
        off: 'a lease is not renewed',
        edits: [
          {
            file: cache('load/load-and-store'),
            from: '  if (leased.length === 0 || shard.replicationId === null) return;\n',
            to: '  if (leased.length >= 0 || shard.replicationId === null) return;\n',
          },
        ],
        fails: {
          file: cacheTest('lease'),
          test: 'is renewed during the load, and the store wakes processes that wait',
        },
      },
      {
        off: 'a failed load is not marked',
        edits: [
          {
            file: cache('load/load-and-store'),
            from: 'release(context, failed, policy.errorTtlMs)',
            to: 'release(context, failed, 0)',
          },
        ],
        fails: {
          file: cacheTest('lease'),
          test: 'of a failed load shows the failure to other processes, which do not wait for it',
        },
      },
      {
        off: 'waiting is not bounded',
        edits: [
          {
            file: cache('load/cache-miss'),
            from: "mode !== 'alone' && timers.now() < giveUpMs;",
            to: "mode !== 'alone';",
          },
        ],
        fails: {
          file: cacheTest('lease'),
          test: 'that is not released in time makes the caller load without storing',
        },
      },
      {
        off: 'a message is published although no caller waits',
        edits: [
          {
            file: cache('load/store-script'),
            from: "  if #lease > 16 then redis.call('PUBLISH'",
            to: "  if #lease > 0 then redis.call('PUBLISH'",
          },
        ],
        fails: {
          file: cacheTest('lease'),
          test: 'wakes waiting processes by one message when it is released, and sends none when no process waits',
        },
      },
      {
        off: 'waiting callers are not notified',
        edits: [
          {
            file: cache('load/store-script'),
            from: "  if #lease > 16 then redis.call('PUBLISH'",
            to: "  if #lease > 99 then redis.call('PUBLISH'",
          },
        ],
        fails: {
          file: cacheTest('lease'),
          test: 'wakes waiting processes by one message when it is released, and sends none when no process waits',
        },
      },
    ],
  },
  {
    number: 18,
    description:
      'The TTL of an entry counts from the moment when the lease was granted, by the clock of Redis.',
    mutations: [
      {
        off: 'the TTL counts by the clock of the process',
        edits: [
          {
            file: cache('primary/primary-connection'),
            from: 'this.#options.entryClock?.nowMs() ?? timers.now() + this.#offsetMs;',
            to: 'this.#options.entryClock?.nowMs() ?? this.#options.clock.nowMs();',
          },
        ],
        fails: {
          file: cacheTest('replication-id'),
          test: 'counts freshness by the clock of Redis, so that processes with different clocks agree',
        },
      },
      {
        off: 'the TTL counts from the store',
        edits: [
          {
            file: cache('load/load-and-store'),
            from: 'const loadedAtMs = item.redisMs ?? fallbackMs;',
            to: 'const loadedAtMs = context.shard.redisNowMs;',
          },
        ],
        fails: { file: cacheTest('lease'), test: 'sets the start of freshness, however long the load takes' },
      },
    ],
  },
  {
    number: 19,
    description: 'The key contains the policy’s schema version. A namespace contains no braces.',
    mutations: [
      {
        off: 'schema versions share their keys',
        edits: [
          {
            file: cache('keys'),
            from: '${policy.name}:${entryVersionOf(policy)}:${key}`;',
            to: '${policy.name}:${key}`;',
          },
        ],
        fails: { file: cacheTest('lookup'), test: 'separates schema versions of a policy' },
      },
      {
        off: 'a namespace may contain braces',
        edits: [
          {
            file: cache('keys'),
            from: "if (namespace.includes('{') || namespace.includes('}'))",
            to: "if (namespace.startsWith('{{'))",
          },
        ],
        fails: { file: cacheTest('invalidation'), test: 'of a namespace with braces is rejected' },
      },
    ],
  },
];

/** Rules about the cost of the cache. */
export const costRules: readonly Rule[] = [
  {
    number: 33,
    description: 'The reads of one turn of the event loop are sent as one command per slot.',
    mutations: [
      {
        off: 'each read is a separate command',
        edits: [
          {
            file: cache('read/reads'),
            from: 'if (batch === undefined || batch.isFull) {',
            to: 'if (batch === undefined || batch !== undefined) {',
          },
        ],
        fails: { file: cacheTest('lookup'), test: 'of one turn travel as one command' },
      },
    ],
  },
  {
    number: 34,
    description:
      'The deadline depends on progress: the delay of the process’s own event loop does not count.',
    mutations: [
      {
        off: 'the delay of a blocked event loop counts',
        edits: [
          {
            file: tier('connection/circuit-breaker'),
            from: '      if (lateByMs > lateMs) progressMs += lateByMs;\n',
            to: '      if (lateByMs < 0) progressMs += lateByMs + lateMs;\n',
          },
          {
            file: tier('connection/circuit-breaker'),
            from: '      else openUnlessRead(progressMs);\n',
            to: '      else open(`no reply for ${deadlineMs} ms`);\n',
          },
          {
            file: tier('connection/circuit-breaker'),
            from: '  function openUnlessRead(',
            to: '  void openUnlessRead;\n  function openUnlessRead(',
          },
        ],
        fails: {
          file: tests('system/cache/blocked-loop'),
          test: 'an event loop blocked for longer than the deadline opens no circuit breaker and causes no load',
        },
      },
    ],
  },
];
