import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type RouteOptions } from 'fastify';
import { expect, test } from 'vitest';
import type { App } from '../app-type.ts';
import { createOperatorCheck } from '../operator.ts';
import { documentOperations } from './document-operations.ts';

const operator = createOperatorCheck('operator-token-of-this-test');

/** An app with documentOperations, and the schemas of its routes by URL. */
function documented() {
  const app: App = Fastify().withTypeProvider<TypeBoxTypeProvider>();
  const schemas: Record<string, RouteOptions['schema']> = {};
  documentOperations(app, operator);
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (method !== 'HEAD') schemas[url] = schema;
  });
  return { app, schemas };
}
const handler = () => 'done';

test.each([undefined, 'list-shops', 'ListShops', 'list shops', 'listSHops2'])(
  'rejects a route with the operationId %s',
  (operationId) => {
    const { app } = documented();
    const schema = operationId === undefined ? {} : { operationId };
    expect(() => app.get('/shops', { schema }, handler)).toThrow(
      'GET /shops needs an operationId in camelCase',
    );
  },
);

test('rejects a route without a schema', () => {
  expect(() => documented().app.post('/shops', handler)).toThrow('POST /shops needs an operationId');
});

test('rejects a duplicate operationId', () => {
  const { app } = documented();
  app.get('/shops', { schema: { operationId: 'listShops' } }, handler);
  expect(() => app.get('/all-shops', { schema: { operationId: 'listShops' } }, handler)).toThrow(
    'GET /all-shops and GET /shops have the same operationId.',
  );
});

test('allows a hidden route without an operationId', () => {
  expect(() => documented().app.get('/page', { schema: { hide: true } }, handler)).not.toThrow();
});

test('derives the security of an operation from the hooks of the route', () => {
  const { app, schemas } = documented();
  const onRequest = operator.requireOperator;
  const other = async () => {};
  app.get('/guarded', { onRequest, schema: { operationId: 'one' } }, handler);
  app.get('/guarded-too', { onRequest: [other, onRequest], schema: { operationId: 'two' } }, handler);
  app.get('/public', { onRequest: other, schema: { operationId: 'three' } }, handler);
  app.get('/own', { schema: { operationId: 'four', security: [{ booking: [] }] } }, handler);
  // The hook takes precedence over the schema.
  app.get('/wrong', { onRequest, schema: { operationId: 'five', security: [] } }, handler);
  const declared = Object.entries(schemas).map(([url, schema]) => [url, schema?.security]);
  expect(Object.fromEntries(declared)).toEqual({
    '/guarded': [{ operator: [] }],
    '/guarded-too': [{ operator: [] }],
    '/public': [],
    '/own': [{ booking: [] }],
    '/wrong': [{ operator: [] }],
  });
});
