import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** Validation errors of a value, one line for each with the path of the field. Empty for a valid value. */
export function validationErrors<Schema extends TSchema>(schema: Schema, value: unknown): string[] {
  const lines = Value.Errors(schema, value).flatMap((error) => {
    // The parent object reports the same unknown field again.
    if (error.keyword === 'additionalProperties') return [];
    const path = fieldPath(error.instancePath);
    const expected = error.keyword === 'boolean' ? 'is not a known field' : expectation(schema, error);
    return [`${path === '' ? 'the whole document' : path}: ${expected}`];
  });
  return [...new Set(lines)];
}

/** Type guard: whether a value is valid. */
export function fits<Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> {
  return Value.Check(schema, value);
}

/** Whether a value is valid, without narrowing its type. */
export function accepts(schema: TSchema, value: unknown): boolean {
  return Value.Check(schema, value);
}

type ValidationError = ReturnType<typeof Value.Errors>[number];

function expectation(schema: TSchema, error: ValidationError): string {
  if (error.keyword !== 'pattern' && error.keyword !== 'format') return error.message;
  const description = descriptionAt(schema, error.schemaPath);
  return description === undefined ? error.message : `is invalid. Expected: ${description}`;
}

/** /services/2/name as services[2].name */
function fieldPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) =>
      /^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`,
    )
    .join('')
    .replace(/^\./, '');
}

function descriptionAt(schema: TSchema, pointer: string): string | undefined {
  let node: unknown = schema;
  for (const part of pointer.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Record<string, unknown>)[part];
  }
  const description = (node as { description?: unknown } | undefined)?.description;
  return typeof description === 'string' ? description : undefined;
}
