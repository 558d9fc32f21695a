import type { Answer } from '@bookedbarber/redis-tier/cache';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Sends a cached answer as the bytes it is kept as, with its ETag: 304 when the caller has it already. A change is seen at
 * once by everybody, so browsers keep the answer but ask each time. X-Cache tells where the answer came from.
 */
export function sendCached(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Pick<Answer<unknown>, 'body' | 'etag' | 'source'>,
): FastifyReply {
  reply
    .header('etag', answer.etag)
    .header('cache-control', 'private, no-cache')
    .header('x-cache', answer.source);
  if (matches(request.headers['if-none-match'], answer.etag)) return reply.code(304).send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(answer.body);
}

/** RFC 9110, 13.1.2: a list of tags, compared weakly, or an asterisk. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
