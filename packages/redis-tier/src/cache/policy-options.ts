import {
  aBoolean,
  type Checks,
  checkOptions,
  integerFrom,
  numberFrom,
  optional,
  textLike,
} from '../core/internal.ts';
import { InvalidCacheUseError } from './errors.ts';
import { jsonSerializer, type Serializer } from './values/serializer.ts';
import { aListOfCodecs, aSerializer, type StorageCodec } from './values/storage-codec.ts';

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
  /** How a value becomes bytes. Default: JSON, which rejects what it would change. */
  serializer?: Serializer;
  /** Applied in this order to the bytes in Redis, such as compression and then encryption. At most 4, default none. */
  codecs?: readonly StorageCodec[];
  /**
   * Alternative times to simulate, at most 16, each at least twice `ttlMs`. The statistics report what they would have
   * achieved. Requires a local tier, which receives changes of tags. Default none.
   */
  ttlSimulations?: readonly SimulatedTtl[];
};

export type Policy = Readonly<Required<PolicyOptions>> & {
  readonly name: string;
  /** Whether entries are JSON as it was stored, which readers need not decode. */
  readonly isPlainJson: boolean;
};

const dayMs = 86_400_000;
const maxTtlSimulations = 16;

const ttl = integerFrom(1, 30 * dayMs);
const longerTime = integerFrom(0, 30 * dayMs);
const upToAMinute = integerFrom(0, 60_000);

export const policyChecks: Checks<PolicyOptions> = {
  ttlMs: ttl,
  staleWhileRevalidateMs: optional(longerTime),
  staleIfErrorMs: optional(longerTime),
  staleIfUnavailableMs: optional(longerTime),
  negativeTtlMs: optional(ttl),
  schemaVersion: optional(
    textLike(/^[A-Za-z0-9._-]{1,40}$/, '1 to 40 letters, digits, dots, hyphens or underscores'),
  ),
  jitter: optional(numberFrom(0, 0.5)),
  leaseMs: optional(integerFrom(100, 60_000)),
  leaseWaitMs: optional(upToAMinute),
  errorTtlMs: optional(upToAMinute),
  loadTimeoutMs: optional(integerFrom(1, 600_000)),
  maxBodyBytes: optional(integerFrom(0, 64 * 1_048_576)),
  refreshAhead: optional(aBoolean),
  local: optional(aBoolean),
  serializer: optional(aSerializer),
  codecs: optional(aListOfCodecs),
  ttlSimulations: optional((value) =>
    Array.isArray(value) && value.length <= maxTtlSimulations
      ? undefined
      : `a list of at most ${maxTtlSimulations}`,
  ),
};

/** @throws InvalidCacheUseError that names the policy and the option */
export function resolvePolicy(name: string, options: PolicyOptions): Policy {
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name))
    throw new InvalidCacheUseError(
      `Invalid policy name ${JSON.stringify(name)}. Fix: start with a letter and use at most 40 letters, digits, hyphens and underscores`,
    );
  const toError = (message: string): Error => new InvalidCacheUseError(message);
  checkOptions(`policy ${name}`, options, policyChecks, toError);
  for (const simulated of options.ttlSimulations ?? [])
    checkOptions<SimulatedTtl>(
      `policy ${name}, ttlSimulations`,
      simulated,
      {
        ttlMs: integerFrom(2 * options.ttlMs, 30 * dayMs),
        staleWhileRevalidateMs: optional(longerTime),
      },
      toError,
    );
  const { staleWhileRevalidateMs = 0, serializer = jsonSerializer, codecs = [] } = options;
  return {
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
    serializer,
    codecs: [...codecs],
    isPlainJson: serializer === jsonSerializer && codecs.length === 0,
    ttlSimulations: options.ttlSimulations ?? [],
  };
}

/**
 * The version of the policy's entries: the schema's, and the names of the serializer and the codecs if they are not the
 * default. So no process reads what it cannot decode.
 */
export function entryVersionOf({ schemaVersion, serializer, codecs }: Policy): string {
  const formats = [...(serializer === jsonSerializer ? [] : [serializer]), ...codecs];
  return [schemaVersion, ...formats.map(({ name }) => name)].join('+');
}

/** The longest TTL of an entry of the policy in Redis, in ms. */
export function hardTtlMs(policy: Policy): number {
  return (
    Math.max(policy.ttlMs, policy.negativeTtlMs) +
    Math.max(policy.staleWhileRevalidateMs, policy.staleIfErrorMs)
  );
}
