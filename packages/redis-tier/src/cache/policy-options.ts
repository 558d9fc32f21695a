import { InvalidCacheUseError } from './errors.ts';

/** Alternative times of a policy to simulate, in ms. `ttlMs` is at least twice the policy's own. */
export type SimulatedTtl = { readonly ttlMs: number; readonly staleWhileRevalidateMs?: number };

/** The times and limits of one class of data. All times in ms. */
export type PolicyOptions = {
  /** How long a value is fresh, counted from the moment before it was loaded. 1 ms to 30 days. */
  ttlMs: number;
  /** How much longer it is served while one process loads it again. Default 0. */
  staleWhileRevalidateMs?: number;
  /** How much longer than fresh it may be served when loading fails, even if it was invalidated. Default 0. */
  staleIfErrorMs?: number;
  /**
   * How much longer than fresh the local copy is served while Redis is unavailable. Default `staleWhileRevalidateMs`.
   */
  staleIfUnavailableMs?: number;
  /** How long `null` is fresh. Default `ttlMs`. */
  negativeTtlMs?: number;
  /** Raise it when the shape of the value changes: old entries are then never read. Default '1'. */
  schemaVersion?: string;
  /** Fraction of `ttlMs` by which a TTL is shortened at random, 0 to 0.5. Default 0.1. */
  jitter?: number;
  /** TTL of the lease to load a key; it is renewed during the load. 100 ms to 1 minute, default 2 s. */
  leaseMs?: number;
  /** How long a caller waits for another process's load before it loads for itself. Default 1 s. */
  leaseWaitMs?: number;
  /** How long a failed load is not retried. 0 to 1 minute, default 250 ms. */
  errorTtlMs?: number;
  /** Longest duration of a load, after which it is aborted. Default 30 s. */
  loadTimeoutMs?: number;
  /** Larger values are returned but not stored. Default 1 MiB. */
  maxBodyBytes?: number;
  /** Whether a frequently read value is loaded again shortly before it expires. Default true. */
  refreshAhead?: boolean;
  /** Whether the local tier stores it. Default true. */
  local?: boolean;
  /**
   * Alternative times to simulate, at most 16, each at least twice `ttlMs`. The statistics report what they would have
   * achieved. Requires a local tier, which receives changes of tags. Default none.
   */
  ttlSimulations?: readonly SimulatedTtl[];
};

export type Policy = Readonly<Required<PolicyOptions>> & { readonly name: string };

const dayMs = 86_400_000;
const maxTtlSimulations = 16;

/** @throws InvalidCacheUseError that names the policy and the option */
export function resolvePolicy(name: string, options: PolicyOptions): Policy {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name))
    throw new InvalidCacheUseError(
      `Invalid policy name ${JSON.stringify(name)}. Fix: start with a lowercase letter and use at most 40 lowercase letters, digits and hyphens`,
    );
  const staleWhileRevalidateMs = options.staleWhileRevalidateMs ?? 0;
  const policy: Policy = {
    name,
    ttlMs: options.ttlMs,
    staleWhileRevalidateMs,
    staleIfErrorMs: options.staleIfErrorMs ?? 0,
    staleIfUnavailableMs: options.staleIfUnavailableMs ?? staleWhileRevalidateMs,
    negativeTtlMs: options.negativeTtlMs ?? options.ttlMs,
    schemaVersion: options.schemaVersion ?? '1',
    jitter: options.jitter ?? 0.1,
    leaseMs: options.leaseMs ?? 2000,
    leaseWaitMs: options.leaseWaitMs ?? 1000,
    errorTtlMs: options.errorTtlMs ?? 250,
    loadTimeoutMs: options.loadTimeoutMs ?? 30_000,
    maxBodyBytes: options.maxBodyBytes ?? 1_048_576,
    refreshAhead: options.refreshAhead ?? true,
    local: options.local ?? true,
    ttlSimulations: options.ttlSimulations ?? [],
  };
  const within = (option: keyof Policy, min: number, max: number, value = policy[option]): void => {
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw new InvalidCacheUseError(
        `Policy ${name}: ${option} is ${String(value)}, but must be from ${min} to ${max}`,
      );
  };
  within('ttlMs', 1, 30 * dayMs);
  within('negativeTtlMs', 1, 30 * dayMs);
  within('staleWhileRevalidateMs', 0, 30 * dayMs);
  within('staleIfErrorMs', 0, 30 * dayMs);
  within('staleIfUnavailableMs', 0, 30 * dayMs);
  within('jitter', 0, 0.5);
  within('leaseMs', 100, 60_000);
  within('leaseWaitMs', 0, 60_000);
  within('errorTtlMs', 0, 60_000);
  within('loadTimeoutMs', 1, 600_000);
  within('maxBodyBytes', 0, 64 * 1_048_576);
  within('ttlSimulations', 0, maxTtlSimulations, policy.ttlSimulations.length);
  for (const { ttlMs, staleWhileRevalidateMs: otherStaleWhileRevalidateMs = 0 } of policy.ttlSimulations) {
    within('ttlSimulations', 2 * policy.ttlMs, 30 * dayMs, ttlMs);
    within('ttlSimulations', 0, 30 * dayMs, otherStaleWhileRevalidateMs);
  }
  if (!/^[A-Za-z0-9._-]{1,40}$/.test(policy.schemaVersion))
    throw new InvalidCacheUseError(
      `Policy ${name}: schemaVersion must be 1 to 40 letters, digits, dots, hyphens or underscores`,
    );
  return policy;
}

/** The longest TTL of an entry of the policy in Redis, in ms. */
export function hardTtlMs(policy: Policy): number {
  return (
    Math.max(policy.ttlMs, policy.negativeTtlMs) +
    Math.max(policy.staleWhileRevalidateMs, policy.staleIfErrorMs)
  );
}
