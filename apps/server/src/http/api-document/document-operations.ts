import type { RouteOptions } from 'fastify';
import type { App } from '../app-type.ts';
import type { OperatorCheck } from '../operator.ts';

/**
 * Completes the schema of every route in the API document. A route with `requireOperator` in onRequest requires the
 * operator token. A route that checks credentials in its handler declares `security` itself. All other routes are
 * public.
 *
 * Throws during route registration if an operationId is missing, not in camelCase, or a duplicate.
 */
export function documentOperations(app: App, { requireOperator }: OperatorCheck): void {
  const taken = new Map<string, string>();
  app.addHook('onRoute', (route) => {
    const { schema = {} } = route;
    // Fastify adds a HEAD route for every GET route. The document omits it.
    if (schema.hide === true || route.method === 'HEAD') return;
    const operation = `${[route.method].flat().join(', ')} ${route.url}`;
    const { operationId } = schema;
    if (operationId === undefined || !/^[a-z]+([A-Z][a-z]*)*$/.test(operationId))
      throw new Error(`${operation} needs an operationId in camelCase, or hide: true, in its schema.`);
    const other = taken.get(operationId);
    if (other !== undefined) throw new Error(`${operation} and ${other} have the same operationId.`);
    taken.set(operationId, operation);
    route.schema = { ...schema, security: securityOf(route, requireOperator) };
  });
}

function securityOf({ onRequest, schema }: RouteOptions, requireOperator: OperatorCheck['requireOperator']) {
  const hooks: unknown[] = [onRequest].flat();
  if (hooks.includes(requireOperator)) return [{ operator: [] }];
  return schema?.security ?? [];
}
