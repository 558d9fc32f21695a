import type { IncomingMessage } from 'node:http';
import type { Context } from '../../main/context.ts';
import type { PrerenderedResponse } from '../../read-models/prerendered-responses.ts';
import type { App } from '../app-type.ts';
import { sendCached } from '../cached-reply.ts';
import { problem } from '../problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route that its requests are counted as, where that is another one. */
    metricsRoute?: string;
  }
}

/** Nobody's address: asked for itself it is not there. */
const path = '/api/v1/prepared';
const ready = Symbol('the answer that is ready for it');

type Request = IncomingMessage & { [ready]?: PrerenderedResponse };

/**
 * An answer that is ready is found by the whole address as it came, before that is taken apart: to read the path and the
 * query costs more than everything else that such an answer needs. The request then goes to a route of its own, so limits,
 * headers and counts apply to it as to any other.
 */
export function rewriteToPrerendered({ prerendered, clock }: Context): (request: IncomingMessage) => string {
  return (request: Request) => {
    const { url = '', method } = request;
    if (method !== 'GET') return url;
    const answer = prerendered.find(url, clock.nowMs());
    if (answer === undefined) return url;
    request[ready] = answer;
    return path;
  };
}

/** The route of what `rewriteToPrerendered` has found. `metricsRoute`: the route that makes such answers. */
export function prerenderedRoute(app: App, metricsRoute: string): void {
  app.get(path, { schema: { hide: true }, config: { metricsRoute } }, (request, reply) => {
    const answer = (request.raw as Request)[ready];
    if (answer === undefined) throw problem('not_found');
    return sendCached(request, reply, answer);
  });
}
