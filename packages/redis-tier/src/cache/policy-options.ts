import { InvalidCacheUseError } from './errors.ts';

/** Times that a policy might have instead of its own, in ms: fresh at least twice as long, and served aged for so long. */
export type SimulatedTtl = { readonly ttlMs: number; readonly staleWhileRevalidateMs?: number };

/** The times and bounds of one class of data. All times in ms. */
export type PolicyOptions = {
  /** How long a value is fresh, from the moment before it was loaded. 1 to 30 days. */
  ttlMs: number;
  /** How much longer it is served, while one process loads it again. Default 0. */
  staleWhileRevalidateMs?: number;
  /** How much longer than fresh it may stand in when loading fails, also when it was invalidated. Default 0. */
  staleIfErrorMs?: number;
  /** How much longer than fresh the local copy stands in while Redis cannot be reached. Default `staleWhileRevalidateMs`. */
  staleIfUnavailableMs?: number;
  /** How long `null` is fresh. Default `ttlMs`. */
  negativeTtlMs?: number;
  /** Raise it when the shape of the value changes: old entries are then never read. Default '1'. */
  schemaVersion?: string;
  /** Share of `ttlMs` by which a value's time is shortened at random, 0 to 0.5. Default 0.1. */
  jitter?: number;
  /** Life of the right to load a key; it is renewed while loading. 100 ms to 1 minute, default 2 s. */
  leaseMs?: number;
  /** How long a caller waits for another process's load before it loads for itself. Default 1 s. */
  leaseWaitMs?: number;
  /** How long a failed load is not tried again. 0 to 1 minute, default 250 ms. */
  errorTtlMs?: number;
  /** Longest time of a load, after which it is given up. Default 30 s. */
  loadTimeoutMs?: number;
  /** Larger values are handed out and not kept. Default 1 MiB. */
  maxBodyBytes?: number;
  /** Whether a value in demand is loaded again shortly before it ages. Default true. */
  refreshAhead?: boolean;
  /** Whether the local tier keeps it. Default true. */
  local?: boolean;
  /**
   * Other times, 16 at most, each at least twice `ttlMs`: the statistics tell what they would have come to. That takes a
   * local tier, which hears of changes. Default none.
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
      `Policy name ${JSON.stringify(name)}: use lower-case letters, digits and dashes`,
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
  const within = (option: keyof Policy, least: number, most: number, value = policy[option]): void => {
    if (typeof value !== 'number' || !(value >= least && value <= most))
      throw new InvalidCacheUseError(
        `Policy ${name}: ${option} is ${String(value)}, not from ${least} to ${most}`,
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
      `Policy ${name}: revision must be 1 to 40 letters, digits, dots or dashes`,
    );
  return policy;
}

/** How long Redis keeps an entry of the policy at the most. */
export function hardTtlMs(policy: Policy): number {
  return (
    Math.max(policy.ttlMs, policy.negativeTtlMs) +
    Math.max(policy.staleWhileRevalidateMs, policy.staleIfErrorMs)
  );
}
