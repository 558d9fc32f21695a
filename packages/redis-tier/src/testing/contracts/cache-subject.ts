import type { Cache, PolicyOptions } from '../../cache/index.ts';

const lasting: PolicyOptions = { ttlMs: 600_000, jitter: 0, refreshAhead: false, errorTtlMs: 0 };

/**
 * Policies of the caches under test. lasting: an entry stays until it is invalidated. brief: it becomes stale
 * immediately and is served stale. lenient: as brief, but served only when loading fails.
 */
export const contractPolicies: Readonly<Record<'lasting' | 'brief' | 'lenient', PolicyOptions>> = {
  lasting,
  brief: { ...lasting, ttlMs: 1, staleWhileRevalidateMs: 600_000 },
  lenient: { ...lasting, ttlMs: 1, staleIfErrorMs: 600_000 },
};

export type ContractCache = Cache<'lasting' | 'brief' | 'lenient'>;

/** A fleet that shares a cache under names that no other test uses. */
export type CacheFleet = {
  /** Opens a cache as another process of the fleet would, and waits until it is ready and tracking is connected. */
  open(): Promise<ContractCache>;
};

export type Value = { readonly n: number };

/** A source to load from, which counts loads. */
export class Source {
  n = 1;
  loads = 0;
  readonly load = async (): Promise<Value> => {
    this.loads += 1;
    return { n: this.n };
  };
}

export const address: { namespace: string; key: string; tags: string[] } = {
  namespace: 'shop-1',
  key: 'a',
  tags: ['day'],
};

/** A load that reads, resolves `started`, and then waits for `release`. */
export function heldLoad(source: Source): {
  load: () => Promise<Value>;
  started: Promise<void>;
  release: () => void;
} {
  let begin: () => void = () => {};
  let release: () => void = () => {};
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const load = async (): Promise<Value> => {
    const value = await source.load();
    begin();
    await released;
    return value;
  };
  return { load, started, release: () => release() };
}
