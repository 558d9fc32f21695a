import type { App } from '../../../apps/server/src/http/app-type.ts';

type Media = Record<string, { schema: Schema }>;
export type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
};
export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema };
export type Operation = {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: { content: Media };
  responses: Record<string, { description?: string; content?: Media }>;
};
export type ApiDocument = {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  security: Record<string, unknown>[];
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, { type: string }> };
  paths: Record<string, Record<string, Operation>>;
};

/** The API document as the server sends it. */
export async function readDocument(app: App): Promise<ApiDocument> {
  return (await app.inject({ url: '/docs/json' })).json<ApiDocument>();
}

/** Every operation of the document, with resolved references. */
export function operationsOf(document: ApiDocument) {
  const paths = resolve(document.paths, document) as ApiDocument['paths'];
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method,
      name: `${method} ${path}`,
    })),
  );
}

/** Resolves references. Terminates because no schema of the document is recursive. */
function resolve(value: unknown, document: ApiDocument): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, document));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return resolve(referredTo(String(value.$ref), document), document);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part, document)]));
}

function referredTo(reference: string, document: ApiDocument): unknown {
  let found: unknown = document;
  for (const key of reference.replace(/^#\//, '').split('/')) found = (found as Record<string, unknown>)[key];
  if (found === undefined) throw new Error(`The document has nothing at ${reference}.`);
  return found;
}
