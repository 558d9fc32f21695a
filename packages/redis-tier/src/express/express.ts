/** Rate limits and cached replies for Express 5. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Cached, type CachedReplyOptions, cachedReply } from '../adapters/cached-reply.ts';
import { createRequestLimit, type RequestLimitOptions } from '../adapters/request-limit.ts';

/** A middleware, for `app.use` or for one route. Throws RangeError for an invalid option. */
export function limitRequests<Name extends string, Request extends IncomingMessage = IncomingMessage>(
  options: RequestLimitOptions<Request, Name>,
): (request: Request, response: ServerResponse, next: (error?: unknown) => void) => void {
  const decide = createRequestLimit(options, (request) => ({
    peer: request.socket.remoteAddress,
    forwardedFor: request.headers['x-forwarded-for']?.toString(),
  }));
  return (request, response, next) => {
    decide(request).then(({ headers, denial }) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (denial === undefined) return next();
      response.statusCode = denial.status;
      response.end(denial.body);
    }, next);
  };
}

/** Sends the stored bytes, or 304. Throws RangeError for an invalid option. */
export function sendCached(
  response: ServerResponse<IncomingMessage>,
  result: Cached,
  options?: CachedReplyOptions,
): void {
  const { method = 'GET', headers } = response.req;
  const reply = cachedReply({ method, ifNoneMatch: headers['if-none-match'] }, result, options);
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  response.end(reply.body);
}
