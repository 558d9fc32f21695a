import { type Static, type TSchema, Type } from 'typebox';
import { MessagePause } from './messages.ts';
import { Alert, CachePolicyName } from './operations.ts';
import { Strict } from './values.ts';

const Count = Type.Integer({ minimum: 0 });
const Figure = Type.Number({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
const unavailableNull = 'null: Redis is unavailable or does not report it';

const RedisStatus = Strict({
  configured: Type.Boolean(),
  available: Type.Boolean(),
  used_memory_bytes: orNull(Count, unavailableNull),
  max_memory_bytes: orNull(Count, '0: no limit; null: Redis is unavailable or does not report it'),
  clients: orNull(Count, unavailableNull),
  max_clients: orNull(Count, unavailableNull),
  operations_per_second: orNull(Count, 'instantaneous_ops_per_sec of Redis'),
  evicted_keys: orNull(Count, "Since the server's start"),
  eviction_policy: orNull(Type.String(), unavailableNull),
  clock_skew_ms: orNull(
    Type.Number(),
    'How far the clock of Redis is ahead of the clock of the responding process',
  ),
});

const lookups = {
  hits: Count,
  lookups: Count,
  hit_rate: Type.Number({
    ...Share,
    description: 'Since the start of the processes; 0 before the first lookup',
  }),
  recent_hits: Count,
  recent_lookups: Type.Integer({ minimum: 0, description: 'In the last five minutes' }),
};

const PolicyStatus = Strict({
  policy: CachePolicyName,
  ttl_seconds: Figure,
  ...lookups,
  stale: Type.Integer({ minimum: 0, description: 'Hits on stale entries' }),
  loads: Count,
  load_errors: Count,
  mean_load_ms: Figure,
});

const LimitStatus = Strict({
  limit: Type.String(),
  allowed: Count,
  denied: Count,
  unavailable: Type.Integer({ minimum: 0, description: 'Denied because the limit state was unavailable' }),
  near_limit: Type.Integer({ minimum: 0, description: 'Allowed with at most 10 % of a limit remaining' }),
});

const MessagesStatus = Strict({
  states: Type.Record(Type.String(), Count, { description: 'Number of messages by state' }),
  late: Type.Integer({ minimum: 0, description: 'Over two minutes late' }),
  lag_seconds: Type.Number({
    minimum: 0,
    description: 'How long the oldest due message that is not paused has been waiting',
  }),
  paused: Type.Integer({ minimum: 0, description: 'Due messages that are paused' }),
  pauses: Type.Array(MessagePause, { description: 'Active pauses' }),
});

/** The current status of an installation: sums over its api processes, about one second old. */
export const ServerStatus = Strict({
  at: Type.String({ format: 'date-time' }),
  processes: Type.Integer({ minimum: 1, description: 'Processes that reported in the last seconds' }),
  redis: RedisStatus,
  cache: Strict({
    enabled: Type.Boolean(),
    ...lookups,
    pending_invalidations: Type.Integer({
      minimum: 0,
      description:
        'Namespaces with invalidations that are not applied in Redis yet, in the responding process',
    }),
    policies: Type.Array(PolicyStatus),
  }),
  limits: Strict({
    decided_by: Type.Union(
      [Type.Literal('redis'), Type.Literal('local'), Type.Literal('outage'), Type.Literal('none')],
      { description: 'local: each process by itself, without Redis; none: there are no limits' },
    ),
    by_limit: Type.Array(LimitStatus),
  }),
  queue: Type.Union([Type.Literal('none'), Type.Literal('shared'), Type.Literal('own')], {
    description:
      'none: jobs have no queue; shared: the queue is on the server of the cache; own: on a separate server',
  }),
  messages: orNull(MessagesStatus, 'null: the database does not respond'),
  alerts: Type.Array(Alert),
});
export type ServerStatus = Static<typeof ServerStatus>;

const timings = {
  ttl_seconds: Type.Number({ minimum: 0, description: 'How long an entry is fresh' }),
  stale_while_revalidate_seconds: Type.Number({
    minimum: 0,
    description: 'How much longer a stale entry is served while it is reloaded',
  }),
  hard_ttl_seconds: Type.Number({ minimum: 0, description: 'How long Redis stores an entry' }),
};

const TtlAlternative = Strict({
  ...timings,
  loads: Type.Integer({ minimum: 0, description: 'Loader calls with these TTLs' }),
  entries: Type.Integer({ minimum: 0, description: 'Loaded entries with these TTLs' }),
  waited: Type.Integer({
    minimum: 0,
    description: 'Loaded entries that a request would have waited for',
  }),
});
export type TtlAlternative = Static<typeof TtlAlternative>;

/** Measured results of the TTLs of a cache policy, and simulated results of other TTLs for the same lookups. */
export const PolicyTuning = Strict({
  policy: CachePolicyName,
  variable: Type.String({ description: 'The environment variable that sets the TTL' }),
  ...timings,
  processes: Type.Integer({ minimum: 0, description: 'Processes that have loaded entries of this policy' }),
  measured_seconds: Type.Number({
    minimum: 0,
    description: 'Time since the first load, averaged over these processes',
  }),
  lookups: Count,
  misses: Count,
  loads: Count,
  mean_load_ms: Figure,
  entries: Strict(
    { first: Count, invalidated: Count, expired: Count, uncached: Count },
    {
      description:
        'Loaded entries by reason: first known load, after an invalidation, after expiry, or without Redis',
    },
  ),
  waited: Type.Integer({ minimum: 0, description: 'Loaded entries that a request waited for' }),
  distinct_entries: Type.Integer({ minimum: 0, description: 'Distinct entries that were loaded' }),
  tracked_entries_limit: Type.Integer({
    minimum: 0,
    description:
      'Maximum number of entries that the processes track; beyond it, the oldest ones count as first again',
  }),
  bytes_per_entry: orNull(Figure, 'Estimated size of an entry in Redis; null: none was stored'),
  alternatives: Type.Array(TtlAlternative),
});
export type PolicyTuning = Static<typeof PolicyTuning>;

export const CacheTuning = Strict({
  processes: Count,
  used_memory_bytes: orNull(Count, unavailableNull),
  max_memory_bytes: orNull(Count, '0: no limit; null: Redis is unavailable or does not report it'),
  policies: Type.Array(PolicyTuning),
});
export type CacheTuning = Static<typeof CacheTuning>;
