import type { HTTPMethods } from 'fastify';
import type { App } from '../app-type.ts';
import { problem } from '../problem.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Sends 405 for unsupported methods. Call it before registering routes, and call the returned function afterwards. */
export function methodNotAllowed(app: App): () => void {
  const methodsByUrl = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    methodsByUrl.set(url, new Set([...(methodsByUrl.get(url) ?? []), ...[method].flat()]));
  });
  return () => {
    for (const [url, supported] of [...methodsByUrl]) {
      const allow = methods.filter((method) => supported.has(method)).join(', ');
      const reject = (): never => {
        throw problem('method_not_allowed', `This URL supports ${allow}.`);
      };
      app.route({
        method: methods.filter((method) => !supported.has(method)),
        url,
        schema: { hide: true },
        // Before the body is read.
        onRequest: async (_request, reply) => {
          reply.header('allow', allow);
          reject();
        },
        handler: reject,
      });
    }
  };
}
