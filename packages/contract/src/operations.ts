import { type Static, Type } from 'typebox';
import { Slug, Strict } from './values.ts';

/** The health report that the setup guide checks after a deployment. Values are at most about one second old. */
export const CacheHealth = Strict({
  status: Type.Union([Type.Literal('healthy'), Type.Literal('degraded')]),
  redis_available: Type.Boolean(),
  hit_rate: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'Hits divided by lookups; 0 before the first lookup',
  }),
  memory_usage: Type.Union([Type.String(), Type.Null()], {
    description: 'Memory used by Redis, such as 12.5MB; null while Redis is unavailable',
  }),
  connections: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Clients connected to Redis; null while Redis is unavailable',
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
      description: 'busy: reports are rejected; overloaded: also reads and changes; full: also bookings',
    },
  ),
});
export type Readiness = Static<typeof Readiness>;

const Count = Type.Integer({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });

/** The cache policies. The CACHE_TTL_* environment variables set their TTLs. */
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
  mean_load_ms: Type.Number({
    minimum: 0,
    description: 'Mean duration of the loads since the start; 0 before the first load',
  }),
  lease_waits: Type.Integer({
    minimum: 0,
    description: 'Lookups that waited for a load of another process',
  }),
  store_rejections: Type.Integer({ minimum: 0, description: 'Loaded values that were not stored' }),
  bytes_read: Count,
  bytes_stored: Count,
  hit_rate: Type.Number({ ...Share, description: 'Since the start; 0 before the first lookup' }),
  recent_hit_rate: Type.Number({ ...Share, description: 'In the last five minutes' }),
};
export const CacheCounts = Strict(lookupCounts);
export type CacheCounts = Static<typeof CacheCounts>;

export const CacheStats = Strict({
  enabled: Type.Boolean(),
  fleet: Strict({
    processes: Type.Integer({ minimum: 0, description: 'Processes that reported in the last seconds' }),
    hits: Count,
    lookups: Count,
    hit_rate: Share,
  }),
  tiers: Strict({
    local: Strict({
      entries: Count,
      bytes: Count,
      tracking_connected: Type.Boolean({
        description:
          'Whether invalidation tracking is connected, so that local entries can be served as fresh',
      }),
    }),
    remote: Strict({ available: Type.Boolean(), pending_invalidations: Count }),
  }),
  total: CacheCounts,
  policies: Type.Array(
    Strict({
      policy: CachePolicyName,
      ttl_seconds: Type.Number({ description: 'How long an entry is fresh' }),
      stale_while_revalidate_seconds: Type.Number({
        description: 'How much longer a stale entry is served while it is reloaded',
      }),
      stale_if_error_seconds: Type.Number({
        description: 'How much longer a stale entry is served if the load fails',
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
    Type.String({ pattern: '^\\d{1,20}(@\\d{1,4})?$', description: 'The cursor of the previous page' }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 100,
      description: 'Approximate page size: Redis is scanned in steps, so a page can have more or fewer keys',
    }),
  ),
});
export type CacheKeysQuery = Static<typeof CacheKeysQuery>;
export const CacheKeys = Strict({
  keys: Type.Array(Type.String(), { description: 'Keys of entries; a key can appear twice' }),
  cursor: Type.Union([Type.String(), Type.Null()], {
    description: 'Cursor of the next page; null at the end',
  }),
});
export type CacheKeys = Static<typeof CacheKeys>;

export const CacheWarmUp = Strict({
  shop: Slug,
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 62, description: 'Number of days from today; default 14' }),
  ),
});
export type CacheWarmUp = Static<typeof CacheWarmUp>;
export const CacheWarmUpResult = Strict({
  loaded: Type.Integer({ minimum: 0, description: 'Entries that had to be loaded' }),
  already_cached: Type.Integer({ minimum: 0, description: 'Entries that were already cached' }),
});
export type CacheWarmUpResult = Static<typeof CacheWarmUpResult>;

/** The data of a shop that cached results depend on. */
const ShopTag = Type.String({
  pattern: '^(shop|menu|hours|book|day:2\\d{3}-\\d\\d-\\d\\d|month:2\\d{3}-\\d\\d)$',
  description: 'shop, menu, hours, book, day:YYYY-MM-DD or month:YYYY-MM',
});
export const CacheInvalidation = Strict({
  shop: Slug,
  tags: Type.Optional(
    Type.Array(ShopTag, { minItems: 1, maxItems: 15, description: 'If absent, everything about the shop' }),
  ),
});
export type CacheInvalidation = Static<typeof CacheInvalidation>;
export const CacheInvalidationResult = Strict({
  shop: Slug,
  invalidated: Type.Union([Type.Literal('everything'), Type.Array(ShopTag)]),
});
export type CacheInvalidationResult = Static<typeof CacheInvalidationResult>;

export const Alert = Strict({
  code: Type.String({ description: 'Stable code for monitoring' }),
  severity: Type.Union([Type.Literal('ticket'), Type.Literal('page')], {
    description: 'page: respond immediately; ticket: respond on the next working day',
  }),
  title: Type.String(),
  detail: Type.String(),
  remediation: Type.String({ description: 'How to fix it' }),
});
export type Alert = Static<typeof Alert>;
export const AlertList = Strict({ alerts: Type.Array(Alert) });
export type AlertList = Static<typeof AlertList>;
