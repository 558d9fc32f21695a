import { type Edit, type Rule, tests, tier } from './rule.ts';

const cache = (file: string): string => tier(`cache/${file}`);
const held = (file: string): string => tests(`redis-tier/cache/${file}`);

const replicationIdIgnored: Edit = {
  file: cache('entry-codec'),
  from: 'for (let i = 0; i < replicationIdBytes; i++) if (tag[i] !== lineage[i]) return false;',
  to: '',
};

export const cacheRules: readonly Rule[] = [
  {
    number: 1,
    says: 'A tag of another lineage than the primary’s counts as missing, and what is no primary is not used.',
    mutations: [
      {
        off: 'a reader takes tags of any lineage',
        edits: [replicationIdIgnored],
        fails: {
          file: held('replicationId'),
          test: 'a node that becomes a replica is not read any more, and a new lineage starts with nothing fresh',
        },
      },
      {
        off: 'who asks for a lease takes tags of any lineage',
        edits: [{ file: cache('acquire-script'), from: ' and string.sub(tag, 1, 6) == lineage', to: '' }],
        fails: {
          file: held('lease'),
          test: 'comes with new versions where the tags are of another lineage',
        },
      },
      {
        off: 'a replica is read too',
        edits: [
          {
            file: cache('replicationId'),
            from: "if (role !== 'master') return",
            to: "if (role === 'none') return",
          },
        ],
        fails: {
          file: held('replicationId'),
          test: 'a node that becomes a replica is not read any more, and a new lineage starts with nothing fresh',
        },
      },
    ],
  },
  {
    number: 2,
    says: 'What was invalidated in the last two minutes is invalidated again on another lineage, and where a scope comes to another primary; the same for rows of the outbox. Who is cut off with an old primary believes it for three seconds at most.',
    mutations: [
      {
        off: 'another lineage is told nothing',
        edits: [
          {
            file: cache('link'),
            from: 'if (before === null || changed) this.#mustApply = true;',
            to: 'if (before === null) this.#mustApply = true;',
          },
        ],
        fails: {
          file: held('replicationId'),
          test: 'what was invalidated of late is invalidated again where the lineage is another one',
        },
      },
      {
        off: 'a primary that is given a scope is told nothing',
        edits: [
          {
            file: cache('cluster-shards'),
            from: 'members.get(key)?.shard.reapplyInvalidations();',
            to: 'members.get(key);',
          },
        ],
        fails: {
          file: held('cluster'),
          test: 'what was invalidated of late is invalidated again on the primary to which the scope has come',
        },
      },
      {
        off: 'rows that were applied are done with',
        edits: [
          {
            file: 'apps/server/src/outbox/invalidations/invalidations.ts',
            from: 'applied_at >= clock_timestamp() - ${ms}',
            to: 'applied_at >= clock_timestamp() + ${ms}',
          },
        ],
        fails: {
          file: tests('jobs/invalidations'),
          test: 'what was applied a short time ago is applied again on request, and what was applied long ago is removed',
        },
      },
      {
        off: 'what a primary said of itself long ago is believed',
        edits: [
          {
            file: cache('link'),
            from: 'if (this.#lineage !== null && ageMs(this.#lookedAt, now) > trustMs) {',
            to: 'if (this.#lineage === undefined) {',
          },
        ],
        fails: {
          file: held('replicationId'),
          test: 'a process that was held up believes what the primary said of itself for three seconds',
        },
      },
    ],
  },
  {
    number: 3,
    says: 'A local tier that may be deaf answers nothing as fresh: tracking is asked for on every new connection, what was kept before counts no more, an answered PING is at most three seconds old, and both connections lead to the same server.',
    mutations: [
      {
        off: 'the connection speaks RESP3, where invalidations are dropped',
        edits: [{ file: cache('subscriber'), from: 'protocol: 2,', to: 'protocol: 3,' }],
        fails: { file: held('local-tier'), test: 'hears eviction, expiry and flush of tags' },
      },
      {
        off: 'tracking is asked for once',
        edits: [
          {
            file: cache('subscriber'),
            from: 'const tracking = tracksTags && (await this.#track());',
            to: 'const tracking = tracksTags && (this.#tracks || (await this.#track()));\n      this.#tracks = true;',
          },
          {
            file: cache('subscriber'),
            from: '  #told = false;\n',
            to: '  #told = false;\n  #tracks = false;\n',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'answers nothing as fresh when its connection dies, and again after tracking began anew',
        },
      },
      {
        off: 'what was kept before is believed after a new connection',
        edits: [
          {
            file: cache('subscriber'),
            from: '      onAnything();\n      this.#listens = true;',
            to: '      this.#listens = true;',
          },
          {
            file: cache('subscriber'),
            from: '    this.#options.onAnything();\n    if (this.#told)',
            to: '    if (this.#told)',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'answers nothing as fresh when its connection dies, and again after tracking began anew',
        },
      },
      {
        off: 'a silent connection is trusted',
        edits: [
          {
            file: cache('subscriber'),
            from: '      ageMs(this.#heardAt, now) <= trustMs &&\n',
            to: '',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'answers nothing as fresh when no answer has come on its connection for three seconds',
        },
      },
      {
        off: 'any server is heard',
        edits: [
          {
            file: cache('subscriber'),
            from: ' &&\n      this.#server === this.#options.server(now)\n',
            to: '\n',
          },
          {
            file: cache('subscriber'),
            from: 'wanted !== this.#server && this.#listens',
            to: 'wanted === this.#server && !this.#listens',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'answers nothing as fresh when it hears another server than the commands go to',
        },
      },
      {
        off: 'a flush is not taken for a change of everything',
        edits: [{ file: cache('subscriber'), from: '    else onAnything();\n', to: '' }],
        fails: { file: held('local-tier'), test: 'hears eviction, expiry and flush of tags' },
      },
    ],
  },
  {
    number: 4,
    says: 'Versions are of the moment at which the lease was granted, before the truth is read.',
    mutations: [
      {
        off: 'they are read after the load',
        edits: [
          {
            file: cache('load-and-store'),
            from: '  const requests = kept.map(',
            to: `  const tagKeys = kept.flatMap(({ flight }) => flight.names.tagKeys);
  const now = await shard.send((redis) => redis.mgetBuffer(tagKeys)).catch(() => []);
  const read = (): Buffer => now.shift() ?? Buffer.alloc(16);
  kept = kept.map((item) => ({ ...item, versions: item.flight.names.tagKeys.map(read) }));
  const requests = kept.map(`,
          },
        ],
        fails: {
          file: held('invalidation'),
          test: 'during a load does so too when the tags have been made anew meanwhile',
        },
      },
    ],
  },
  {
    number: 5,
    says: 'It is invalidated after the commit, also when nobody knows how that ended.',
    mutations: [
      {
        off: 'it is invalidated only where the commit succeeded',
        edits: [
          {
            file: 'apps/server/src/database/transaction.ts',
            from: '      if (worked) await run(pending);\n',
            to: '',
          },
        ],
        fails: {
          file: tests('database/after-commit'),
          test: 'a commit whose outcome nobody knows has its effects',
        },
      },
      {
        off: 'it is invalidated before the commit',
        edits: [
          {
            file: 'apps/server/src/database/transaction.ts',
            from: '        worked = true;\n',
            to: '        worked = true;\n        await run(pending);\n',
          },
        ],
        fails: {
          file: tests('database/after-commit'),
          test: 'effects come after the commit, and not at all after a rollback',
        },
      },
    ],
  },
  {
    number: 6,
    says: 'Every entry names its scope’s tag. There is no delete by key and no raw set.',
    mutations: [
      {
        off: 'an entry names its own tags alone',
        edits: [
          {
            file: cache('keys'),
            from: 'pair = [this.namespaceTag, this.tag(first)];',
            to: 'pair = [this.tag(first)];',
          },
          { file: cache('keys'), from: 'return [this.namespaceTag, ...names', to: 'return [...names' },
        ],
        fails: {
          file: held('tags'),
          test: 'of an entry are the scope and those that it names, in any order',
        },
      },
    ],
  },
  {
    number: 7,
    says: 'Who joins a load takes its result only if he came before the truth was read, or if its store, sent after he came, succeeded; nobody joins a load that an invalidation of the own process has doomed.',
    mutations: [
      {
        off: 'everybody takes the result',
        edits: [
          {
            file: cache('flight'),
            from: 'return (await landing.stored) ? landing : null;',
            to: 'return landing;',
          },
        ],
        fails: {
          file: held('invalidation'),
          test: 'by another process: who joined the load after it had begun does not get what it read',
        },
      },
      {
        off: 'a doomed load is joined',
        edits: [{ file: cache('cache'), from: '      flights.detach(tagKeys);\n', to: '' }],
        fails: {
          file: held('invalidation'),
          test: 'by the process that loads: its later callers do not join the doomed load',
        },
      },
      {
        off: 'nobody joins while Redis is away',
        edits: [
          {
            file: cache('look-up'),
            from: 'if (underWay !== undefined && joins)',
            to: "if (underWay !== undefined && joins && seen !== 'away')",
          },
        ],
        fails: {
          file: held('outage'),
          test: 'loads once for all callers of a process who ask at the same time, and once for those who come meanwhile',
        },
      },
    ],
  },
  {
    number: 8,
    says: 'What is kept in the process is compared with what was heard of its tags since they were asked for; own invalidations count at the call and again at the acknowledgement.',
    mutations: [
      {
        off: 'a hit does not look',
        edits: [
          {
            file: cache('tag-counters'),
            from: '      if ((this.#changedAt[ofPlaces[i] ?? 0] ?? 0) > heard) return false;',
            to: '      if (heard < 0) return false;',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'shows a process its own invalidation at once, before it is acknowledged',
        },
      },
      {
        off: 'it is compared since the reply came',
        edits: [
          { file: cache('read-batch'), from: '    this.#taken = this.#snapshot();\n', to: '' },
          {
            file: cache('read-batch'),
            from: '    this.#lineage = lineage;\n',
            to: '    this.#lineage = lineage;\n    this.#taken = this.#snapshot();\n',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'does not keep what was read while an invalidation was under way',
        },
      },
      {
        off: 'own loads are compared since their store was answered',
        edits: [
          {
            file: cache('load-and-store'),
            from: '        snapshot,\n',
            to: '        snapshot: counters.snapshot(shard.epoch),\n',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'does not keep what it stored while an invalidation was under way',
        },
      },
      {
        off: 'an own invalidation counts at the acknowledgement alone',
        edits: [
          {
            file: cache('invalidations'),
            from: '    onInvalidate(scope, tagKeys);\n    const shard',
            to: '    const shard',
          },
          // What is under way is told apart as well: either of the two holds.
          { file: cache('invalidations'), from: '      this.#begin(tagKeys);\n', to: '' },
          { file: cache('invalidations'), from: '        this.#end(tagKeys);\n', to: '' },
        ],
        fails: {
          file: held('local-tier'),
          test: 'shows a process its own invalidation at once, before it is acknowledged',
        },
      },
      {
        off: 'an own invalidation counts at the call alone',
        edits: [
          {
            file: cache('invalidations'),
            from: '    this.#options.onInvalidate(scope, tagKeys);\n  }\n\n  #orAll',
            to: '  }\n\n  #orAll',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'counts its own invalidation at the acknowledgement too: what was read in between is not kept',
        },
      },
    ],
  },
  {
    number: 9,
    says: 'An invalidation that Redis could not take is kept, keeps its own process from reading what it covers, and is applied before anything else is read; too many become all of a scope, or everything. Any process applies the row of one that died.',
    mutations: [
      {
        off: 'it is forgotten',
        edits: [
          {
            file: cache('invalidations'),
            from: 'if (!this.#kept.add(scope, this.#orAll(scope, tagKeys))) this.#floods += 1;\n    onEvent',
            to: 'onEvent',
          },
        ],
        fails: {
          file: held('outage'),
          test: 'is kept, protects its own process, and is applied before anything is read',
        },
      },
      {
        off: 'its own process reads all the same',
        edits: [
          {
            file: cache('invalidations'),
            from: 'return this.#isFlooded(shard) || (!isQuiet && this.#covers(names.scope, names.tagKeys));',
            to: 'return isQuiet && !isQuiet && this.#isFlooded(shard) && this.#covers(names.scope, names.tagKeys);',
          },
        ],
        fails: {
          file: held('invalidation'),
          test: 'is tried again, and until then its process reads nothing that it covers',
        },
      },
      {
        off: 'Redis is read before it has been applied',
        edits: [
          {
            file: cache('link'),
            from: '      await this.#options.beforeUse(again);\n',
            to: '      setTimeout(() => void this.#options.beforeUse(again).catch(() => {}), 3000).unref();\n',
          },
        ],
        fails: {
          file: held('outage'),
          test: 'is kept, protects its own process, and is applied before anything is read',
        },
      },
      {
        off: 'when there are too many, all are forgotten',
        edits: [
          {
            file: cache('invalidations'),
            from: 'if (!this.#kept.add(scope, this.#orAll(scope, tagKeys))) this.#floods += 1;',
            to: 'this.#kept.add(scope, this.#orAll(scope, tagKeys));',
          },
        ],
        fails: {
          file: held('invalidation'),
          test: 'does not lose its effect when too many wait: the scope or everything is invalidated',
        },
      },
      {
        off: 'where nobody tracks, nobody is told that everything was invalidated',
        edits: [
          {
            file: cache('remove-tags'),
            from: '  await send((redis) => publish(redis, channel, null));\n',
            to: '',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'where the server refuses tracking, hears too that everything was invalidated',
        },
      },
      {
        off: 'the relay leaves rows for ten seconds',
        edits: [
          {
            file: 'apps/server/src/outbox/invalidations/invalidation-relay.ts',
            from: 'everyMs = 500, afterMs = 250',
            to: 'everyMs = 500, afterMs = 10_000',
          },
        ],
        fails: {
          file: tests('jobs/invalidations'),
          test: 'what a transaction wrote takes effect within a second of its commit, with the times as shipped',
        },
      },
    ],
  },
  {
    number: 10,
    says: 'Nothing is sent twice and nothing waits for a connection; to ask for a lease twice is to have it once; one that is granted late is given back.',
    mutations: [
      {
        off: 'a command whose reply was cut off is sent again',
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
          file: tests('redis-tier/connection/connect'),
          test: 'a command whose reply was cut off is not sent again, and one without a connection fails at once',
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
          file: tests('redis-tier/connection/connect'),
          test: 'a command whose reply was cut off is not sent again, and one without a connection fails at once',
        },
      },
      {
        off: 'who asks again for his own lease is told that another one has it',
        edits: [
          {
            file: cache('acquire-script'),
            from: 'local mine = lease and string.sub(lease, 1, 16) == token',
            to: 'local mine = false',
          },
        ],
        fails: { file: held('lease'), test: 'that is asked for again under the same token is granted again' },
      },
      {
        off: 'a lease that is granted late stays until it runs out',
        edits: [
          {
            file: cache('load-runner'),
            from: '.then(({ acquired }) => releaseLateGrants(context, open, acquired))',
            to: '.then(() => releaseLateGrants(context, open, []))',
          },
        ],
        fails: { file: held('outage'), test: 'that hands a lease out late gets it back' },
      },
    ],
  },
  {
    number: 11,
    says: 'A tag lives for twice the need from its creation and is prolonged only when less than the need is left: every change of its life empties local tiers.',
    mutations: [
      {
        off: 'it lives for the need',
        edits: [
          { file: cache('acquire-script'), from: "version, 'PX', 2 * need)", to: "version, 'PX', need)" },
        ],
        fails: {
          file: held('tags'),
          test: 'live for twice the need, and are prolonged only when less than the need is left',
        },
      },
      {
        off: 'it is prolonged every time',
        edits: [
          { file: cache('acquire-script'), from: "elseif redis.call('PTTL', key) < need then", to: 'else' },
        ],
        fails: {
          file: held('tags'),
          test: 'live for twice the need, and are prolonged only when less than the need is left',
        },
      },
      {
        off: 'it is never prolonged',
        edits: [{ file: cache('acquire-script'), from: "redis.call('PTTL', key) < need", to: 'false' }],
        fails: {
          file: held('tags'),
          test: 'live for twice the need, and are prolonged only when less than the need is left',
        },
      },
      {
        off: 'the need is of the shortest policy',
        edits: [
          {
            file: cache('cache'),
            from: 'Math.max(0, ...policies.map((policy) => hardTtlMs(policy) + policy.leaseMs))',
            to: 'Math.min(...policies.map((policy) => hardTtlMs(policy) + policy.leaseMs))',
          },
        ],
        fails: { file: held('tags'), test: 'outlive the entries that name them' },
      },
    ],
  },
  {
    number: 12,
    says: 'To invalidate is to remove the tags, which works on a full server and is heard, as eviction, expiry and flush are.',
    mutations: [
      {
        off: 'a new version is written',
        edits: [
          {
            file: cache('remove-tags'),
            from: 'Promise.all([redis.unlink(...tagKeys), publish',
            to: 'Promise.all([...tagKeys.map((key) => redis.set(key, `${Math.random()}`.slice(0, 16))), publish',
          },
        ],
        fails: { file: held('outage'), test: 'takes invalidations, and callers load for themselves' },
      },
    ],
  },
  {
    number: 13,
    says: 'While a slot moves there is a miss without cache, which the breaker does not count and nobody tries again; an invalidation goes key by key.',
    mutations: [
      {
        off: 'an invalidation fails with the slot',
        edits: [
          {
            file: cache('remove-tags'),
            from: '    if (!isOnItsWay(error)) throw error;\n',
            to: '    if (!isOnItsWay(error) || tagKeys.length > 0) throw error;\n',
          },
        ],
        fails: { file: held('invalidation'), test: 'tags are removed one by one' },
      },
      {
        off: 'a refusal counts as silence',
        edits: [
          {
            file: tier('connection/guard'),
            from: '              isReply(error)\n                ? error',
            to: "              isReply(error) && open('refused') === undefined\n                ? error",
          },
        ],
        fails: {
          file: held('invalidation'),
          test: 'a read that is refused loads without Redis, and Redis is used on',
        },
      },
    ],
  },
  {
    number: 14,
    says: 'An aged value is served while one caller loads it again; an invalidated one only in place of an error, and never to the process that invalidated it.',
    mutations: [
      {
        off: 'an aged value is a miss',
        edits: [
          {
            file: cache('look-up'),
            from: 'if (nowMs < expiresAtMs + policy.staleWhileRevalidateMs)',
            to: 'if (nowMs < expiresAtMs)',
          },
        ],
        fails: {
          file: held('look-up'),
          test: 'serves an aged value at once while one caller loads it again',
        },
      },
      {
        off: 'an error reaches the caller although a value could stand in',
        edits: [
          {
            file: cache('policy-cache'),
            from: '    if (result.standIn !== null) return result.standIn;\n',
            to: '',
          },
        ],
        fails: { file: held('look-up'), test: 'lets a stale value stand in when loading fails' },
      },
      {
        off: 'a process is given from Redis what it has invalidated itself',
        edits: [
          {
            file: cache('look-up'),
            from: '  if (!reading.valid && loadedAtMs <= parts.counters.lastOwnMs(names.tagKeys) + clockMarginMs) return null;\n',
            to: '',
          },
        ],
        fails: {
          file: held('look-up'),
          test: 'lets a stale value stand in when loading fails',
        },
      },
      {
        off: 'while Redis is away a process is given what it has heard to be invalidated',
        edits: [
          {
            file: cache('local-look-up'),
            from: '|| !parts.local?.isUnchanged(entry)) return null',
            to: ') return null',
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'does not serve as stale what it heard of before Redis was lost',
        },
      },
    ],
  },
  {
    number: 15,
    says: 'A session that has just written passes the local tier, or everything cached while its invalidation is kept.',
    mutations: [
      {
        off: 'the local tier answers all the same',
        edits: [
          {
            file: cache('look-up'),
            from: 'return bypass === undefined ? readFreshLocal',
            to: "return bypass !== 'all' ? readFreshLocal",
          },
        ],
        fails: {
          file: held('local-tier'),
          test: 'is passed by for a session that has just written, and so is all that is cached if need be',
        },
      },
      {
        off: 'Redis answers all the same',
        edits: [{ file: cache('look-up'), from: "if (bypass === 'all' || parts", to: 'if (parts' }],
        fails: {
          file: held('local-tier'),
          test: 'is passed by for a session that has just written, and so is all that is cached if need be',
        },
      },
    ],
  },
  {
    number: 16,
    says: 'Tags are a function of the key: who names others for it does not get what was built on these.',
    mutations: [
      {
        off: 'the number of tags is not looked at',
        edits: [
          {
            file: cache('read-batch'),
            from: 'let valid = namesTags(entry, tagKeys.length);',
            to: 'let valid = namesTags(entry, tagKeys.length) || true;',
          },
        ],
        fails: {
          file: held('tags'),
          test: 'belong to the key: who names others for it does not get what was built on these',
        },
      },
    ],
  },
  {
    number: 17,
    says: 'A store needs its lease; a lease is renewed while the load goes on; a failure is marked for a moment; waiting is bounded, and then a caller loads without storing; who gives a lease back wakes somebody only if somebody waits.',
    mutations: [
      {
        off: 'a store needs no lease',
        edits: [
          {
            file: cache('store-script'),
            from: '  if not lease or string.sub(lease, 1, 16) ~= ARGV[a] then return 2 end\n',
            to: "  lease = lease or ''\n",
          },
        ],
        fails: { file: held('lease'), test: 'that was lost keeps its load from storing' },
      },
      {
        off: 'a lease is not renewed',
        edits: [
          {
            file: cache('load-and-store'),
            from: '  if (leased.length === 0 || shard.lineage === null) return;\n',
            to: '  if (leased.length >= 0 || shard.lineage === null) return;\n',
          },
        ],
        fails: {
          file: held('lease'),
          test: 'is renewed while the load goes on, and who waits is woken by the store',
        },
      },
      {
        off: 'a failure is not marked',
        edits: [
          {
            file: cache('load-and-store'),
            from: 'giveBack(context, failed, policy.errorTtlMs)',
            to: 'giveBack(context, failed, 0)',
          },
        ],
        fails: {
          file: held('lease'),
          test: 'whose load failed says so to the others, who do not wait for it',
        },
      },
      {
        off: 'who waits waits for ever',
        edits: [
          {
            file: cache('load-runner'),
            from: "mode !== 'alone' && performance.now() < giveUpMs;",
            to: "mode !== 'alone';",
          },
        ],
        fails: {
          file: held('lease'),
          test: 'that is not given back in time: the caller loads without storing',
        },
      },
      {
        off: 'a wake-up is sent although nobody waits',
        edits: [
          {
            file: cache('store-script'),
            from: "  if #lease > 16 then redis.call('PUBLISH'",
            to: "  if #lease > 0 then redis.call('PUBLISH'",
          },
        ],
        fails: { file: held('lease'), test: 'given back wakes by one message, and nobody when nobody waits' },
      },
      {
        off: 'nobody is woken',
        edits: [
          {
            file: cache('store-script'),
            from: "  if #lease > 16 then redis.call('PUBLISH'",
            to: "  if #lease > 99 then redis.call('PUBLISH'",
          },
        ],
        fails: { file: held('lease'), test: 'given back wakes by one message, and nobody when nobody waits' },
      },
    ],
  },
  {
    number: 18,
    says: 'Freshness counts from the granting of the lease, by the clock of Redis.',
    mutations: [
      {
        off: 'it counts by the clock of the process',
        edits: [
          {
            file: cache('link'),
            from: 'this.#options.ages?.nowMs() ?? performance.now() + this.#offsetMs;',
            to: 'this.#options.ages?.nowMs() ?? this.#options.clock.nowMs();',
          },
        ],
        fails: {
          file: held('replicationId'),
          test: 'freshness is counted by the clock of Redis: processes whose clocks differ agree',
        },
      },
      {
        off: 'it counts from the store',
        edits: [
          {
            file: cache('load-and-store'),
            from: 'const loadedAtMs = item.redisMs ?? fallbackMs;',
            to: 'const loadedAtMs = context.shard.redisNowMs;',
          },
        ],
        fails: { file: held('lease'), test: 'is where freshness counts from, however long the load takes' },
      },
    ],
  },
  {
    number: 19,
    says: 'A policy’s revision is in the key; scopes hold no braces.',
    mutations: [
      {
        off: 'revisions share their keys',
        edits: [
          {
            file: cache('keys'),
            from: '${policy.name}:${policy.revision}:`;\n      this.#entryStarts',
            to: '${policy.name}:`;\n      this.#entryStarts',
          },
        ],
        fails: { file: held('look-up'), test: 'keeps revisions of a policy apart' },
      },
      {
        off: 'a scope may hold braces',
        edits: [{ file: cache('keys'), from: " || scope.includes('{') || scope.includes('}'))", to: ')' }],
        fails: { file: held('invalidation'), test: 'of a scope with braces is refused' },
      },
    ],
  },
];

/** What the cache costs, where that is a rule. */
export const costRules: readonly Rule[] = [
  {
    number: 33,
    says: 'Reads of one turn of the event loop travel as one command for each slot.',
    mutations: [
      {
        off: 'each read is a command',
        edits: [
          {
            file: cache('reads'),
            from: 'if (batch === undefined || batch.isFull) {',
            to: 'if (batch === undefined || batch !== undefined) {',
          },
        ],
        fails: { file: held('look-up'), test: 'of one turn travel as one command' },
      },
    ],
  },
  {
    number: 34,
    says: 'The deadline is judged by progress, and the time in which the own event loop was late is not the server’s.',
    mutations: [
      {
        off: 'a blocked event loop is the server’s fault',
        edits: [
          {
            file: tier('connection/guard'),
            from: '      if (lateByMs > lateMs) progressMs += lateByMs;\n',
            to: '      if (lateByMs < 0) progressMs += lateByMs + lateMs;\n',
          },
          {
            file: tier('connection/guard'),
            from: '      else openUnlessRead(progressMs);\n',
            to: '      else open(`no reply for ${deadlineMs} ms`);\n',
          },
          {
            file: tier('connection/guard'),
            from: '  function openUnlessRead(',
            to: '  void openUnlessRead;\n  function openUnlessRead(',
          },
        ],
        fails: {
          file: held('blocked-loop'),
          test: 'an event loop blocked for longer than the deadline opens no breaker and causes no load',
        },
      },
    ],
  },
];
