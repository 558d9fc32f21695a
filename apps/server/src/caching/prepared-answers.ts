import { hash } from 'node:crypto';
import type { Answer, AnswerBundle } from '@bookedbarber/redis-tier/cache';
import { LRUCache } from 'lru-cache';
import type { ServerCache } from './server-cache.ts';
import { slowestSource } from './slowest-source.ts';

/** An answer that was made of several cached ones, ready to send. */
export type PreparedAnswer = Pick<Answer<unknown>, 'body' | 'etag' | 'source'>;

type Kept = { answer: PreparedAnswer; bundle: AnswerBundle; untilMs: number };

/** For all that is kept, in bytes. */
const mostBytes = 8 * 1_048_576;
/** Of what holds an answer and its sources together, by estimate, in bytes. */
const overheadBytes = 1500;

/**
 * Keeps in this process what was made of cached answers, for as long as the cache would give every one of those again
 * from this process: it is never older than they are, and nobody has to tell it of a change.
 */
export function createPreparedAnswers(cache: Pick<ServerCache, 'bundle'>) {
  const kept = new LRUCache<string, Kept>({
    maxSize: mostBytes,
    sizeCalculation: ({ answer }, name) => answer.body.length + 2 * name.length + overheadBytes,
  });
  return {
    /** What is kept by this name, if it would be made again just so. That counts as a hit of each of its sources. */
    find(name: string, nowMs: number): PreparedAnswer | undefined {
      const found = kept.get(name);
      if (found === undefined || nowMs >= found.untilMs) return undefined;
      return found.bundle.reuse() ? found.answer : undefined;
    },

    /**
     * Makes an answer ready to send, and keeps it if all of its sources are in this process.
     *
     * `name`: everything that the value depends on beside its sources and the time. `untilMs`: until when time alone does
     * not change it, exclusively.
     */
    prepare(
      name: string,
      value: unknown,
      { sources, untilMs }: { sources: readonly Answer<unknown>[]; untilMs: number },
    ): PreparedAnswer {
      const body = Buffer.from(JSON.stringify(value));
      const etag = `"${hash('sha1', body, 'base64url')}"`;
      const source = slowestSource(sources);
      const answer = { body, etag, source };
      const bundle = cache.bundle(sources);
      if (bundle !== null) kept.set(name, { answer, bundle, untilMs });
      return answer;
    },
  };
}
