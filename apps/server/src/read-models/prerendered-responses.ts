import { hash } from 'node:crypto';
import type { Answer, CombinedResult } from '@bookedbarber/redis-tier/cache';
import { LRUCache } from 'lru-cache';
import type { ServerCache } from './server-cache.ts';
import { slowestSource } from './slowest-source.ts';

/** An answer that was made of several cached ones, ready to send. */
export type PrerenderedResponse = Pick<Answer<unknown>, 'body' | 'etag' | 'source'>;

type StoredResponse = { answer: PrerenderedResponse; bundle: CombinedResult; untilMs: number };

/** For all that is kept, in bytes. */
const maxBytes = 8 * 1_048_576;
/** Of what holds an answer and its sources together, by estimate, in bytes. */
const overheadBytes = 1500;

/** How often one waits for another's answer before making one. */
const maxWaits = 2;

/** What an answer is made of. `untilMs`: until when time alone does not change it, exclusively. */
export type RenderedResponse = { value: unknown; sources: readonly Answer<unknown>[]; untilMs: number };

/**
 * Keeps in this process what was made of cached answers, for as long as the cache would give every one of those again
 * from this process: it is never older than they are, and nobody has to tell it of a change.
 */
export function createPrerenderedResponses(cache: Pick<ServerCache, 'combine'>) {
  const kept = new LRUCache<string, StoredResponse>({
    maxSize: maxBytes,
    sizeCalculation: ({ answer }, name) => answer.body.length + 2 * name.length + overheadBytes,
  });
  const underWay = new Map<string, Promise<unknown>>();
  /** Answers in a row that could not be kept. Waiting is of no use without a local tier, or while it is deaf. */
  let notStored = 0;

  /** What is kept by this name, if it would be made again just so. That counts as a hit of each of its sources. */
  function find(name: string, nowMs: number): PrerenderedResponse | undefined {
    const found = kept.get(name);
    if (found === undefined || nowMs >= found.untilMs) return undefined;
    return found.bundle.reuse() ? found.answer : undefined;
  }

  function prepare(name: string, { value, sources, untilMs }: RenderedResponse): PrerenderedResponse {
    const body = Buffer.from(JSON.stringify(value));
    const etag = `"${hash('sha1', body, 'base64url')}"`;
    const answer = { body, etag, source: slowestSource(sources) };
    const bundle = cache.combine(sources);
    if (bundle === null) notStored += 1;
    else {
      notStored = 0;
      kept.set(name, { answer, bundle, untilMs });
    }
    return answer;
  }

  return {
    find,

    /**
     * The answer that is ready to send by this name, or else one that is made now. Of those who ask at once one makes it.
     * The others wait, and take it only if `find` gives it to them then: it is never one from before their own asking
     * that a change has made old. Else the next of them makes one: what was just loaded cannot be kept before it is read
     * again, and a making may fail.
     *
     * `name`: everything that the value depends on beside its sources and the time. Rejects as `make` does.
     */
    async make(
      name: string,
      nowMs: number,
      make: () => Promise<RenderedResponse>,
    ): Promise<PrerenderedResponse> {
      for (let waits = 0; waits < maxWaits && notStored <= maxWaits; waits += 1) {
        const other = underWay.get(name);
        if (other === undefined) break;
        await other;
        const found = find(name, nowMs);
        if (found !== undefined) return found;
      }
      const making = make().then((made) => prepare(name, made));
      const settled = making.then(
        () => {},
        () => {},
      );
      underWay.set(name, settled);
      try {
        return await making;
      } finally {
        if (underWay.get(name) === settled) underWay.delete(name);
      }
    },
  };
}
