import type { HTTPMethods } from 'fastify';
import type { App } from '../app-type.ts';
import { problem } from '../problem.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers the methods that an address does not take. Call it before the routes; the result completes them afterwards. */
export function methodNotAllowed(app: App): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    taken.set(url, new Set([...(taken.get(url) ?? []), ...[method].flat()]));
  });
  return () => {
    for (const [url, own] of [...taken]) {
      const allow = methods.filter((method) => own.has(method)).join(', ');
      const refuse = (): never => {
        throw problem('method_not_allowed', `This address takes ${allow}.`);
      };
      app.route({
        method: methods.filter((method) => !own.has(method)),
        url,
        schema: { hide: true },
        // Before the body is read.
        onRequest: async (_request, reply) => {
          reply.header('allow', allow);
          refuse();
        },
        handler: refuse,
      });
    }
  };
}
