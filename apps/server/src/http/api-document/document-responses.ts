import { STATUS_CODES } from 'node:http';
import { idempotencyKeyHeader, problems } from '@bookedbarber/contract';
import type { JsonObject } from './document-schemas.ts';

type Operation = { responses: Record<string, JsonObject>; parameters?: JsonObject[] };
type Components = Record<string, JsonObject>;

const problemReference = '#/components/schemas/Problem';

/**
 * Adds the shared parts of operations: a named response for each problem status, a default response, and the
 * Idempotency-Key parameter of every POST.
 */
export function shareResponses(document: JsonObject): JsonObject {
  const paths = document['paths'] as Record<string, Record<string, Operation>>;
  const responses: Components = { Problem: problemResponse('Any other problem') };
  for (const [method, operation] of Object.values(paths).flatMap(Object.entries<Operation>)) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (response['description'] === 'Default Response') response['description'] = STATUS_CODES[status];
      if (!isProblem(response)) continue;
      const name = nameOf(Number(status));
      responses[name] ??= responseOf(Number(status));
      operation.responses[status] = { $ref: `#/components/responses/${name}` };
    }
    operation.responses['default'] = { $ref: '#/components/responses/Problem' };
    if (method === 'post')
      operation.parameters = [
        ...(operation.parameters ?? []),
        { $ref: '#/components/parameters/IdempotencyKey' },
      ];
  }
  const components = document['components'] as Components;
  return { ...document, components: { ...components, responses, parameters: { IdempotencyKey } } };
}

const IdempotencyKey: JsonObject = {
  in: 'header',
  name: idempotencyKeyHeader,
  required: true,
  description: 'Unique for each operation. The server executes repeated requests with the same key once.',
  schema: { type: 'string', minLength: 8, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' },
};

const retryAfter: JsonObject = {
  description: 'Seconds to wait before the next request',
  required: true,
  schema: { type: 'integer', minimum: 0 },
};

/** BadRequest for 400. */
function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? `Status${status}`).replaceAll(/[^A-Za-z]/g, '');
}

function responseOf(status: number): JsonObject {
  const codes = Object.entries(problems).filter(([, problem]) => problem.status === status);
  const description = codes.map(([code, { title }]) => `\`${code}\`: ${title}`).join('\n\n');
  const isRetryable = status === 429 || status === 503;
  return {
    ...problemResponse(description),
    ...(isRetryable ? { headers: { 'Retry-After': retryAfter } } : {}),
  };
}

function problemResponse(description: string): JsonObject {
  return { description, content: { 'application/problem+json': { schema: { $ref: problemReference } } } };
}

function isProblem(response: JsonObject): boolean {
  const content = response['content'] as Record<string, { schema?: JsonObject }> | undefined;
  return Object.values(content ?? {}).some(({ schema }) => schema?.['$ref'] === problemReference);
}
