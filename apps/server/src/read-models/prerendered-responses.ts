import { hash } from 'node:crypto';
import type { CacheResult, CombinedResult } from '@bookedbarber/redis-tier/cache';
import { LRUCache } from 'lru-cache';
import type { ServerCache } from './server-cache.ts';
import { sourceOfParts } from './source-of-parts.ts';

/** A rendered response that is based on several cached values, as bytes that are ready to send. */
export type PrerenderedResponse = Pick<CacheResult<unknown>, 'body' | 'etag' | 'source'>;

type Entry = { response: PrerenderedResponse; validity: CombinedResult; untilMs: number };

/** For all entries together, in bytes. */
const maxBytes = 8 * 1_048_576;
/** Estimated size of an entry without its body and key, in bytes. */
const overheadBytes = 1500;

/** How often a caller waits for the rendering of another caller before it renders the response itself. */
const maxWaits = 2;

/**
 * A value, the cache results that it was computed from, and the time (exclusive) until which it is valid if they do not
 * change.
 */
export type Rendering = { value: unknown; sources: readonly CacheResult<unknown>[]; untilMs: number };

/**
 * Stores rendered responses in this process. A response is valid only while the local cache tier would still return all
 * of its sources. It is therefore as recent as they are, and changes do not have to invalidate it.
 */
export function createPrerenderedResponses(cache: Pick<ServerCache, 'combine'>) {
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ response }, key) => response.body.length + 2 * key.length + overheadBytes,
  });
  const pending = new Map<string, Promise<unknown>>();
  /** Consecutive renderings that could not be stored. Without a local tier or invalidation tracking, none can. */
  let notStored = 0;

  /** The valid response of this key, if any. Counts as a hit of each of its sources. */
  function find(key: string, nowMs: number): PrerenderedResponse | undefined {
    const entry = entries.get(key);
    if (entry === undefined || nowMs >= entry.untilMs) return undefined;
    return entry.validity.reuse() ? entry.response : undefined;
  }

  function store(key: string, { value, sources, untilMs }: Rendering): PrerenderedResponse {
    const body = Buffer.from(JSON.stringify(value));
    const etag = `"${hash('sha1', body, 'base64url')}"`;
    const response = { body, etag, source: sourceOfParts(sources) };
    const validity = cache.combine(sources);
    if (validity === null) notStored += 1;
    else {
      notStored = 0;
      entries.set(key, { response, validity, untilMs });
    }
    return response;
  }

  return {
    find,

    /**
     * Renders the response once for concurrent callers: the others wait and then call `find`. A caller therefore never
     * gets a response that was invalidated before its own request. If `find` returns nothing, the next caller renders.
     * This happens if a rendering fails, or if its sources were just loaded: such a response cannot be stored until the
     * sources are read again from the local tier.
     *
     * `key` must contain everything that the value depends on except its sources and the time. Rejects with the errors
     * of `compute`.
     */
    async render(
      key: string,
      nowMs: number,
      compute: () => Promise<Rendering>,
    ): Promise<PrerenderedResponse> {
      for (let waits = 0; waits < maxWaits && notStored <= maxWaits; waits += 1) {
        const other = pending.get(key);
        if (other === undefined) break;
        await other;
        const found = find(key, nowMs);
        if (found !== undefined) return found;
      }
      const rendering = compute().then((computed) => store(key, computed));
      const settled = rendering.then(
        () => {},
        () => {},
      );
      pending.set(key, settled);
      try {
        return await rendering;
      } finally {
        if (pending.get(key) === settled) pending.delete(key);
      }
    },
  };
}
