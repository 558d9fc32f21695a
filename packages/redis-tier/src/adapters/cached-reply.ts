/** The HTTP reply of a cache result, for every framework. */
import type { CacheResult } from '../cache/index.ts';
import { type Checks, checkOptions, optional, textLike } from '../core/internal.ts';

export type CachedReplyOptions = {
  /** @default 'private, no-cache': clients revalidate each time, so that they see changes immediately. */
  readonly cacheControl?: string | undefined;
};

export type Cached = Pick<CacheResult<unknown>, 'body' | 'etag' | 'source'>;

export type CachedReply = {
  readonly status: 200 | 304;
  readonly headers: Record<string, string>;
  /** Undefined for 304. */
  readonly body: Buffer | undefined;
};

export const cachedReplyChecks: Checks<CachedReplyOptions> = {
  cacheControl: optional(textLike(/^[\x20-\x7e]{1,200}$/, '1 to 200 printable characters')),
};

/** X-Cache is the source of the result. Throws RangeError for an invalid option. */
export function cachedReply(
  request: { readonly method: string; readonly ifNoneMatch: string | undefined },
  { body, etag, source }: Cached,
  options?: CachedReplyOptions,
): CachedReply {
  if (options !== undefined)
    checkOptions('sendCached', options, cachedReplyChecks, (message) => new RangeError(message));
  const headers: Record<string, string> = {
    etag,
    'cache-control': options?.cacheControl ?? 'private, no-cache',
    'x-cache': source,
  };
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && matches(request.ifNoneMatch, etag)) return { status: 304, headers, body: undefined };
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = String(body.length);
  return { status: 200, headers, body };
}

/** RFC 9110, section 13.1.2: a list of entity tags, with weak comparison, or an asterisk. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
