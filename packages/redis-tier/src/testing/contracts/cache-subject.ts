import type { Cache, PolicyOptions } from '../../cache/index.ts';

const lasting: PolicyOptions = { ttlMs: 600_000, jitter: 0, refreshAhead: false, errorTtlMs: 0 };

/**
 * Policies of the caches that are put to the proof. lasting: an entry stays until it is invalidated. brief: it ages at once,
 * and is served aged. lenient: as brief, and stands in when loading fails.
 */
export const contractPolicies: Readonly<Record<'lasting' | 'brief' | 'lenient', PolicyOptions>> = {
  lasting,
  brief: { ...lasting, ttlMs: 1, staleWhileRevalidateMs: 600_000 },
  lenient: { ...lasting, ttlMs: 1, staleIfErrorMs: 600_000 },
};

export type ContractCache = Cache<'lasting' | 'brief' | 'lenient'>;

/** A fleet that shares what it caches, on names that nobody else uses. */
export type CacheFleet = {
  /** Opens a cache as another process of the fleet would, and waits until it is ready and hears of changes. */
  open(): Promise<ContractCache>;
};

export type Value = { readonly n: number };

/** Something to be loaded, which counts how often it was. */
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

/** A load that waits for `release` after it has read, and says when it has. */
export function heldLoad(source: Source): {
  load: () => Promise<Value>;
  begun: Promise<void>;
  release: () => void;
} {
  let begin: () => void = () => {};
  let release: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
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
  return { load, begun, release: () => release() };
}
