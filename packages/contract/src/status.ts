import { type Static, type TSchema, Type } from 'typebox';
import { MessagePause } from './messages.ts';
import { Alert, CachePolicyName } from './operations.ts';
import { Strict } from './values.ts';

const Count = Type.Integer({ minimum: 0 });
const Figure = Type.Number({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
const unavailableNull = 'null: Redis is away or does not say';

const RedisStatus = Strict({
  configured: Type.Boolean(),
  available: Type.Boolean(),
  used_memory_bytes: orNull(Count, unavailableNull),
  max_memory_bytes: orNull(Count, '0: no bound; null: Redis is away or does not say'),
  clients: orNull(Count, unavailableNull),
  max_clients: orNull(Count, unavailableNull),
  operations_per_second: orNull(
    Count,
    'Commands that Redis carries out, by its own count of the last moments',
  ),
  evicted_keys: orNull(Count, "Since the server's start"),
  eviction_policy: orNull(Type.String(), unavailableNull),
  clock_skew_ms: orNull(
    Type.Number(),
    'How far the clock of Redis is ahead of that of the process that answers',
  ),
});

const lookups = {
  hits: Count,
  lookups: Count,
  hit_rate: Type.Number({ ...Share, description: 'Since the processes began; 0 before the first look-up' }),
  recent_hits: Count,
  recent_lookups: Type.Integer({ minimum: 0, description: 'In the last five minutes' }),
};

const PolicyStatus = Strict({
  policy: CachePolicyName,
  ttl_seconds: Figure,
  ...lookups,
  stale: Type.Integer({ minimum: 0, description: 'Hits that were past their time' }),
  loads: Count,
  load_errors: Count,
  mean_load_ms: Figure,
});

const LimitStatus = Strict({
  limit: Type.String(),
  allowed: Count,
  denied: Count,
  unavailable: Type.Integer({ minimum: 0, description: 'Turned away because nothing was known' }),
  near_limit: Type.Integer({ minimum: 0, description: 'Allowed with at most a tenth of a limit left' }),
});

const MessagesStatus = Strict({
  states: Type.Record(Type.String(), Count, { description: 'Messages by where they stand' }),
  late: Type.Integer({ minimum: 0, description: 'Over two minutes late' }),
  lag_seconds: Type.Number({ minimum: 0, description: 'How late the latest of them is; 0: none is' }),
  paused: Type.Integer({ minimum: 0, description: 'Due messages that a pause holds' }),
  pauses: Type.Array(MessagePause, { description: 'What operators have paused' }),
});

/** What an installation does at this moment: sums over its api processes, about a second old. */
export const ServerStatus = Strict({
  at: Type.String({ format: 'date-time' }),
  processes: Type.Integer({ minimum: 1, description: 'Processes that have reported in the last seconds' }),
  redis: RedisStatus,
  cache: Strict({
    enabled: Type.Boolean(),
    ...lookups,
    pending_invalidations: Type.Integer({
      minimum: 0,
      description: 'Scopes with changes that Redis has not taken yet, in the process that answers',
    }),
    policies: Type.Array(PolicyStatus),
  }),
  limits: Strict({
    decided_by: Type.Union(
      [Type.Literal('redis'), Type.Literal('local'), Type.Literal('outage'), Type.Literal('none')],
      { description: 'local: each process alone, without Redis; none: there are no limits' },
    ),
    by_limit: Type.Array(LimitStatus),
  }),
  queue: Type.Union([Type.Literal('none'), Type.Literal('shared'), Type.Literal('own')], {
    description: 'Whether jobs have a queue, and whether it is on the server of the cache',
  }),
  messages: orNull(MessagesStatus, 'null: the database does not answer'),
  alerts: Type.Array(Alert),
});
export type ServerStatus = Static<typeof ServerStatus>;

const timings = {
  ttl_seconds: Type.Number({ minimum: 0, description: 'How long an answer is fresh' }),
  stale_while_revalidate_seconds: Type.Number({
    minimum: 0,
    description: 'How much longer it is served while it is loaded again',
  }),
  hard_ttl_seconds: Type.Number({ minimum: 0, description: 'How long Redis keeps it' }),
};

const TtlAlternative = Strict({
  ...timings,
  loads: Type.Integer({ minimum: 0, description: 'Calls of the loader that would have been left' }),
  entries: Type.Integer({ minimum: 0, description: 'Entries loaded that would have been left' }),
  waited: Type.Integer({
    minimum: 0,
    description: 'Of these entries, ones that somebody would have waited for',
  }),
});
export type TtlAlternative = Static<typeof TtlAlternative>;

/** What the times of a class of data have come to, and what others would have, with the same look-ups. */
export const PolicyTuning = Strict({
  policy: CachePolicyName,
  variable: Type.String({ description: 'The environment variable that sets the time' }),
  ...timings,
  processes: Type.Integer({ minimum: 0, description: 'Processes that have loaded any of it' }),
  measured_seconds: Type.Number({
    minimum: 0,
    description: 'Since its first load, in the mean of these processes',
  }),
  lookups: Count,
  misses: Count,
  loads: Count,
  mean_load_ms: Figure,
  entries: Strict(
    { first: Count, invalidated: Count, expired: Count, uncached: Count },
    {
      description:
        'Entries loaded, by why: for the first time that is known of, after a change, after their time, or without Redis',
    },
  ),
  waited: Type.Integer({ minimum: 0, description: 'Entries loaded that somebody waited for' }),
  distinct_entries: Type.Integer({ minimum: 0, description: 'Different entries that were loaded' }),
  tracked_entries_limit: Type.Integer({
    minimum: 0,
    description: 'Entries that the processes remember; of more, the ones longest ago count as first again',
  }),
  bytes_per_entry: orNull(Figure, 'That an entry takes in Redis, by estimate; null: none was stored'),
  alternatives: Type.Array(TtlAlternative),
});
export type PolicyTuning = Static<typeof PolicyTuning>;

export const CacheTuning = Strict({
  processes: Count,
  used_memory_bytes: orNull(Count, unavailableNull),
  max_memory_bytes: orNull(Count, '0: no bound; null: Redis is away or does not say'),
  policies: Type.Array(PolicyTuning),
});
export type CacheTuning = Static<typeof CacheTuning>;
