import { hash } from 'node:crypto';
import type { Answer, CombinedResult } from '@bookedbarber/redis-tier/cache';
import { LRUCache } from 'lru-cache';
import type { ServerCache } from './server-cache.ts';
import { slowestSource } from './slowest-source.ts';

/** A response that combines several cached values, as bytes that are ready to send. */
export type PrerenderedResponse = Pick<Answer<unknown>, 'body' | 'etag' | 'source'>;

type Entry = { response: PrerenderedResponse; combined: CombinedResult; untilMs: number };

/** For all entries, in bytes. */
const maxBytes = 8 * 1_048_576;
/** What an entry takes beside its body and its key, estimated, in bytes. */
const overheadBytes = 1500;

/** How often a caller waits for another caller's rendering before it renders itself. */
const maxWaits = 2;

/** A value, the cached values that it was computed from, and the time until which it holds if none of them changes, exclusive. */
export type Rendering = { value: unknown; sources: readonly Answer<unknown>[]; untilMs: number };

/**
 * Keeps rendered responses in this process. A response is valid only while the cache would still serve every one of its
 * sources from this process. So it is never older than they are, and no change has to invalidate it.
 */
export function createPrerenderedResponses(cache: Pick<ServerCache, 'combine'>) {
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ response }, key) => response.body.length + 2 * key.length + overheadBytes,
  });
  const underWay = new Map<string, Promise<unknown>>();
  /** Renderings in a row that could not be stored: without a local tier, or while tracking is disconnected, none can. */
  let notStored = 0;

  /** The response of this key while it is valid. Counts as a hit of each of its sources. */
  function find(key: string, nowMs: number): PrerenderedResponse | undefined {
    const entry = entries.get(key);
    if (entry === undefined || nowMs >= entry.untilMs) return undefined;
    return entry.combined.reuse() ? entry.response : undefined;
  }

  function store(key: string, { value, sources, untilMs }: Rendering): PrerenderedResponse {
    const body = Buffer.from(JSON.stringify(value));
    const etag = `"${hash('sha1', body, 'base64url')}"`;
    const response = { body, etag, source: slowestSource(sources) };
    const combined = cache.combine(sources);
    if (combined === null) notStored += 1;
    else {
      notStored = 0;
      entries.set(key, { response, combined, untilMs });
    }
    return response;
  }

  return {
    find,

    /**
     * Renders the response, once for callers that ask at the same time: the others wait and then use `find`. So a caller
     * never gets a response that a change before its own request has invalidated. If `find` has none, the next caller
     * renders: values that were just loaded cannot be stored before they are read again, and a rendering may fail.
     *
     * `key` has everything that the value depends on apart from its sources and the time. Rejects as `compute` does.
     */
    async render(
      key: string,
      nowMs: number,
      compute: () => Promise<Rendering>,
    ): Promise<PrerenderedResponse> {
      for (let waits = 0; waits < maxWaits && notStored <= maxWaits; waits += 1) {
        const other = underWay.get(key);
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
      underWay.set(key, settled);
      try {
        return await rendering;
      } finally {
        if (underWay.get(key) === settled) underWay.delete(key);
      }
    },
  };
}
