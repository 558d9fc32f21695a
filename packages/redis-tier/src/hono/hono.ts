/** Rate limits and cached replies for Hono 4. */
import { type Cached, type CachedReplyOptions, cachedReply } from '../adapters/cached-reply.ts';
import { createRequestLimit, type RequestLimitOptions } from '../adapters/request-limit.ts';

/** What the adapter uses of a Context. */
export type ContextLike = {
  readonly req: { readonly method: string; header(name: string): string | undefined };
  // biome-ignore lint/suspicious/noExplicitAny: Hono types the environment per application.
  readonly env: any;
  header(name: string, value: string): void;
};

/**
 * A middleware. The client's address is that of the socket of `@hono/node-server`; other runtimes have no socket and
 * give a `key`. Throws RangeError for an invalid option.
 */
export function limitRequests<Name extends string, Context extends ContextLike = ContextLike>(
  options: RequestLimitOptions<Context, Name>,
): (context: Context, next: () => Promise<void>) => Promise<Response | undefined> {
  const decide = createRequestLimit(options, (context) => ({
    peer: context.env?.incoming?.socket?.remoteAddress,
    forwardedFor: context.req.header('x-forwarded-for'),
  }));
  return async (context, next) => {
    const { headers, denial } = await decide(context);
    if (denial !== undefined) return new Response(denial.body, { status: denial.status, headers });
    await next();
    // Headers that are set earlier are lost when the handler returns a Response of its own.
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    return undefined;
  };
}

/** The response with the stored bytes, or 304. Throws RangeError for an invalid option. */
export function sendCached(context: ContextLike, result: Cached, options?: CachedReplyOptions): Response {
  const { method } = context.req;
  const reply = cachedReply({ method, ifNoneMatch: context.req.header('if-none-match') }, result, options);
  const body = method === 'HEAD' || reply.body === undefined ? null : new Uint8Array(reply.body);
  return new Response(body, { status: reply.status, headers: reply.headers });
}
