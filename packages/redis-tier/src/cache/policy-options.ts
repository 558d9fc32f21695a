import { InvalidCacheUse } from './errors.ts';

/** Times that a policy might have instead of its own, in ms: fresh at least twice as long, and served aged for so long. */
export type WhatIfTimes = { readonly freshMs: number; readonly agedMs?: number };

/** The times and bounds of one class of data. All times in ms. */
export type PolicyOptions = {
  /** How long a value is fresh, from the moment before it was loaded. 1 to 30 days. */
  freshMs: number;
  /** How much longer it is served, while one process loads it again. Default 0. */
  agedMs?: number;
  /** How much longer than fresh it may stand in when loading fails, also when it was invalidated. Default 0. */
  staleIfErrorMs?: number;
  /** How much longer than fresh the local copy stands in while Redis cannot be reached. Default `agedMs`. */
  staleIfAwayMs?: number;
  /** How long `null` is fresh. Default `freshMs`. */
  negativeMs?: number;
  /** Raise it when the shape of the value changes: old entries are then never read. Default '1'. */
  revision?: string;
  /** Share of `freshMs` by which a value's time is shortened at random, 0 to 0.5. Default 0.1. */
  jitter?: number;
  /** Life of the right to load a key; it is renewed while loading. 100 ms to 1 minute, default 2 s. */
  leaseMs?: number;
  /** How long a caller waits for another process's load before it loads for itself. Default 1 s. */
  waitMs?: number;
  /** How long a failed load is not tried again. 0 to 1 minute, default 250 ms. */
  failureMs?: number;
  /** Longest time of a load, after which it is given up. Default 30 s. */
  loadLimitMs?: number;
  /** Larger values are handed out and not kept. Default 1 MiB. */
  maxBodyBytes?: number;
  /** Whether a value in demand is loaded again shortly before it ages. Default true. */
  refreshAhead?: boolean;
  /** Whether the local tier keeps it. Default true. */
  local?: boolean;
  /**
   * Other times, 16 at most, each at least twice `freshMs`: the statistics tell what they would have come to. That takes a
   * local tier, which hears of changes. Default none.
   */
  whatIf?: readonly WhatIfTimes[];
};

export type Policy = Readonly<Required<PolicyOptions>> & { readonly name: string };

const dayMs = 86_400_000;
const mostWhatIfs = 16;

/** @throws InvalidCacheUse that names the policy and the option */
export function resolvePolicy(name: string, options: PolicyOptions): Policy {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name))
    throw new InvalidCacheUse(
      `Policy name ${JSON.stringify(name)}: use lower-case letters, digits and dashes`,
    );
  const agedMs = options.agedMs ?? 0;
  const policy: Policy = {
    name,
    freshMs: options.freshMs,
    agedMs,
    staleIfErrorMs: options.staleIfErrorMs ?? 0,
    staleIfAwayMs: options.staleIfAwayMs ?? agedMs,
    negativeMs: options.negativeMs ?? options.freshMs,
    revision: options.revision ?? '1',
    jitter: options.jitter ?? 0.1,
    leaseMs: options.leaseMs ?? 2000,
    waitMs: options.waitMs ?? 1000,
    failureMs: options.failureMs ?? 250,
    loadLimitMs: options.loadLimitMs ?? 30_000,
    maxBodyBytes: options.maxBodyBytes ?? 1_048_576,
    refreshAhead: options.refreshAhead ?? true,
    local: options.local ?? true,
    whatIf: options.whatIf ?? [],
  };
  const within = (option: keyof Policy, least: number, most: number, value = policy[option]): void => {
    if (typeof value !== 'number' || !(value >= least && value <= most))
      throw new InvalidCacheUse(
        `Policy ${name}: ${option} is ${String(value)}, not from ${least} to ${most}`,
      );
  };
  within('freshMs', 1, 30 * dayMs);
  within('negativeMs', 1, 30 * dayMs);
  within('agedMs', 0, 30 * dayMs);
  within('staleIfErrorMs', 0, 30 * dayMs);
  within('staleIfAwayMs', 0, 30 * dayMs);
  within('jitter', 0, 0.5);
  within('leaseMs', 100, 60_000);
  within('waitMs', 0, 60_000);
  within('failureMs', 0, 60_000);
  within('loadLimitMs', 1, 600_000);
  within('maxBodyBytes', 0, 64 * 1_048_576);
  within('whatIf', 0, mostWhatIfs, policy.whatIf.length);
  for (const { freshMs, agedMs: othersAgedMs = 0 } of policy.whatIf) {
    within('whatIf', 2 * policy.freshMs, 30 * dayMs, freshMs);
    within('whatIf', 0, 30 * dayMs, othersAgedMs);
  }
  if (!/^[A-Za-z0-9._-]{1,40}$/.test(policy.revision))
    throw new InvalidCacheUse(`Policy ${name}: revision must be 1 to 40 letters, digits, dots or dashes`);
  return policy;
}

/** How long Redis keeps an entry of the policy at the most. */
export function longestLifeMs(policy: Policy): number {
  return Math.max(policy.freshMs, policy.negativeMs) + Math.max(policy.agedMs, policy.staleIfErrorMs);
}
