import type { CacheContext } from '../cache-context.ts';
import type { Policy } from '../policy-options.ts';
import type { Shard } from '../primary/shard.ts';
import type { PolicyCounts } from '../stats/statistics.ts';
import type { LoadControl } from './load-control.ts';
import type { ErrorCache } from './recent-errors.ts';

/** Loads the values of some keys, in the order of the keys. */
export type LoadValues = (keys: readonly string[], control: LoadControl) => Promise<readonly unknown[]>;

/** The context of a lookup and its load: one policy on one primary. */
export type RunContext = {
  readonly parts: CacheContext;
  /** The primary that owns the namespace. */
  readonly shard: Shard;
  readonly policy: Policy;
  readonly counts: PolicyCounts;
  readonly failures: ErrorCache;
  readonly load: LoadValues;
  /** The TTL that the caller asks for, in ms; undefined: the policy's. */
  readonly ttlMs: number | undefined;
};
