import type { CacheResult } from '@bookedbarber/redis-tier/cache';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Sends the stored bytes of a cache result with its ETag, or 304 if the client has the same version. Browsers must
 * revalidate each time, so that they see changes immediately. X-Cache is the source of the result.
 */
export function sendCached(
  request: FastifyRequest,
  reply: FastifyReply,
  result: Pick<CacheResult<unknown>, 'body' | 'etag' | 'source'>,
): FastifyReply {
  reply
    .header('etag', result.etag)
    .header('cache-control', 'private, no-cache')
    .header('x-cache', result.source);
  if (matches(request.headers['if-none-match'], result.etag)) return reply.code(304).send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(result.body);
}

/** RFC 9110, section 13.1.2: a list of entity tags, with weak comparison, or an asterisk. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
