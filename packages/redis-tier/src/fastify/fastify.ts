/** Rate limits and cached replies for Fastify 5. */
import { type Cached, type CachedReplyOptions, cachedReply } from '../adapters/cached-reply.ts';
import { createRequestLimit, type RequestLimitOptions } from '../adapters/request-limit.ts';

type Headers = Record<string, string | string[] | undefined>;

/** What the adapter uses of a FastifyRequest. */
export type RequestLike = {
  readonly raw: { readonly socket: { readonly remoteAddress?: string | undefined } };
  readonly headers: Headers;
  readonly method: string;
};

/** What the adapter uses of a FastifyReply. */
export type ReplyLike = {
  readonly request: RequestLike;
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body?: unknown): unknown;
};

/** An onRequest hook, for `addHook` or for one route. Throws RangeError for an invalid option. */
export function limitRequests<Name extends string, Request extends RequestLike = RequestLike>(
  options: RequestLimitOptions<Request, Name>,
): (request: RequestLike, reply: ReplyLike) => Promise<unknown> {
  const decide = createRequestLimit(options, (request) => ({
    peer: request.raw.socket.remoteAddress,
    forwardedFor: request.headers['x-forwarded-for']?.toString(),
  }));
  return async (request, reply) => {
    // The type of the requests is that of the functions in the options.
    const { headers, denial } = await decide(request as Request);
    reply.headers(headers);
    if (denial === undefined) return;
    reply.code(denial.status);
    // Fastify would add a charset to a text.
    reply.send(Buffer.from(denial.body));
    return reply;
  };
}

/** Sends the stored bytes, or 304. Throws RangeError for an invalid option. */
export function sendCached<Reply extends ReplyLike>(
  reply: Reply,
  result: Cached,
  options?: CachedReplyOptions,
): Reply {
  const { method, headers } = reply.request;
  const answer = cachedReply({ method, ifNoneMatch: headers['if-none-match']?.toString() }, result, options);
  reply.code(answer.status);
  reply.headers(answer.headers);
  reply.send(answer.body);
  return reply;
}
