import { type Static, Type } from 'typebox';
import { Slug, Strict } from './values.ts';

/** The report that the setup guide expects after a deployment, of values at most about a second old. */
export const CacheHealth = Strict({
  status: Type.Union([Type.Literal('healthy'), Type.Literal('degraded')]),
  redis_available: Type.Boolean(),
  hit_rate: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'Hits over look-ups, 0 before the first look-up',
  }),
  memory_usage: Type.Union([Type.String(), Type.Null()], {
    description: 'Memory that Redis uses, such as 12.5MB; null while Redis cannot be asked',
  }),
  connections: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Clients connected to Redis; null while Redis cannot be asked',
  }),
});
export type CacheHealth = Static<typeof CacheHealth>;

export const Liveness = Strict({ status: Type.Literal('ok') });
export type Liveness = Static<typeof Liveness>;
export const Readiness = Strict({
  status: Type.Literal('ready'),
  load: Type.Union(
    [Type.Literal('normal'), Type.Literal('busy'), Type.Literal('overloaded'), Type.Literal('full')],
    {
      description: 'busy: reports are turned away; overloaded: reads and changes too; full: bookings too',
    },
  ),
});
export type Readiness = Static<typeof Readiness>;

const Count = Type.Integer({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });

/** The classes of cached data; their times are the CACHE_TTL_* of the environment. */
export const CachePolicyName = Type.Union([
  Type.Literal('default'),
  Type.Literal('bookings'),
  Type.Literal('user-data'),
  Type.Literal('business'),
  Type.Literal('analytics'),
  Type.Literal('static'),
]);
export type CachePolicyName = Static<typeof CachePolicyName>;

const lookupCounts = {
  local_hits: Count,
  remote_hits: Count,
  stale: Count,
  misses: Count,
  loads: Count,
  load_errors: Count,
  mean_load_ms: Type.Number({ minimum: 0, description: 'Of the loads since the start; 0 before the first' }),
  lease_waits: Type.Integer({
    minimum: 0,
    description: 'Times that a load of another process was waited for',
  }),
  store_rejections: Type.Integer({ minimum: 0, description: 'Values that were loaded and not stored' }),
  bytes_read: Count,
  bytes_stored: Count,
  hit_rate: Type.Number({ ...Share, description: 'Since the start; 0 before the first look-up' }),
  recent_hit_rate: Type.Number({ ...Share, description: 'In the last five minutes' }),
};
export const CacheCounts = Strict(lookupCounts);
export type CacheCounts = Static<typeof CacheCounts>;

export const CacheStats = Strict({
  enabled: Type.Boolean(),
  fleet: Strict({
    processes: Type.Integer({ minimum: 0, description: 'Processes that have reported in the last seconds' }),
    hits: Count,
    lookups: Count,
    hit_rate: Share,
  }),
  tiers: Strict({
    local: Strict({
      entries: Count,
      bytes: Count,
      tracking_connected: Type.Boolean({
        description: 'Whether it hears of changes, and so may answer as fresh',
      }),
    }),
    remote: Strict({ available: Type.Boolean(), pending_invalidations: Count }),
  }),
  total: CacheCounts,
  policies: Type.Array(
    Strict({
      policy: CachePolicyName,
      ttl_seconds: Type.Number({ description: 'How long an answer is fresh' }),
      stale_while_revalidate_seconds: Type.Number({
        description: 'How much longer it is served while it is loaded again',
      }),
      stale_if_error_seconds: Type.Number({
        description: 'How much longer it may stand in for a failed load',
      }),
      ...lookupCounts,
    }),
  ),
});
export type CacheStats = Static<typeof CacheStats>;

export const CacheKeysQuery = Strict({
  policy: Type.Optional(CachePolicyName),
  shop: Type.Optional(Slug),
  cursor: Type.Optional(
    Type.String({ pattern: '^\\d{1,20}(@\\d{1,4})?$', description: 'As the page before gave it' }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 100,
      description: 'About so many names: Redis is looked through in steps, and a page may hold more or fewer',
    }),
  ),
});
export type CacheKeysQuery = Static<typeof CacheKeysQuery>;
export const CacheKeys = Strict({
  keys: Type.Array(Type.String(), { description: 'Names of entries; a name may come twice' }),
  cursor: Type.Union([Type.String(), Type.Null()], { description: 'Where to go on; null at the end' }),
});
export type CacheKeys = Static<typeof CacheKeys>;

export const CacheWarmUp = Strict({
  shop: Slug,
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 62, description: 'Days from today on; 14 when absent' }),
  ),
});
export type CacheWarmUp = Static<typeof CacheWarmUp>;
export const CacheWarmUpResult = Strict({
  loaded: Type.Integer({ minimum: 0, description: 'Entries that had to be loaded' }),
  already_cached: Type.Integer({ minimum: 0, description: 'Entries that were there' }),
});
export type CacheWarmUpResult = Static<typeof CacheWarmUpResult>;

/** What the answers about a shop depend on. */
const ShopTag = Type.String({
  pattern: '^(shop|menu|hours|book|day:2\\d{3}-\\d\\d-\\d\\d|month:2\\d{3}-\\d\\d)$',
  description: 'shop, menu, hours, book, day:YYYY-MM-DD or month:YYYY-MM',
});
export const CacheInvalidation = Strict({
  shop: Slug,
  tags: Type.Optional(
    Type.Array(ShopTag, { minItems: 1, maxItems: 15, description: 'None: everything about the shop' }),
  ),
});
export type CacheInvalidation = Static<typeof CacheInvalidation>;
export const CacheInvalidationResult = Strict({
  shop: Slug,
  invalidated: Type.Union([Type.Literal('everything'), Type.Array(ShopTag)]),
});
export type CacheInvalidationResult = Static<typeof CacheInvalidationResult>;

export const Alert = Strict({
  code: Type.String({ description: 'Stable: monitors branch on it' }),
  severity: Type.Union([Type.Literal('ticket'), Type.Literal('page')], {
    description: 'page: somebody has to look now',
  }),
  title: Type.String(),
  detail: Type.String(),
  remediation: Type.String({ description: 'What to do' }),
});
export type Alert = Static<typeof Alert>;
export const AlertList = Strict({ alerts: Type.Array(Alert) });
export type AlertList = Static<typeof AlertList>;
