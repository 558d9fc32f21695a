import * as contract from '@bookedbarber/contract';

export type JsonObject = { [key: string]: unknown };

/** Every schema that the contract exports, by export name. */
export const contractSchemas = Object.fromEntries(
  Object.entries(contract).filter(([, value]) => isSchema(value)),
) as Record<string, JsonObject>;

/**
 * Replaces every copy of a schema in `components.schemas` with a reference, and removes components without references.
 * Only the document has references. Validation and serialization use the schemas as the routes declare them.
 *
 * Throws if two components are equal, because a reference to them would be ambiguous.
 */
export function referToSchemas(document: JsonObject): JsonObject {
  const components = document['components'] as { schemas: Record<string, JsonObject> };
  const names = new Map<string, string>();

  /** Replaces inner schemas first, because components are compared with their references in place. */
  function refer(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(refer);
    if (!isObject(value)) return value;
    const short = referInside(value);
    const name = isSchema(short) ? names.get(keyOf(short)) : undefined;
    return name === undefined ? short : { $ref: prefix + name };
  }

  function referInside(object: JsonObject): JsonObject {
    const entries = Object.entries(object).map(([key, value]) => [key, refer(value)]);
    return withNamedParameter(Object.fromEntries(entries));
  }

  /** The description of a parameter is in the parameter, not in its schema. */
  function withNamedParameter(object: JsonObject): JsonObject {
    const { in: place, schema, description } = object;
    if (place === undefined || !isObject(schema)) return object;
    const name = names.get(keyOf({ ...schema, description }));
    return name === undefined ? object : { ...object, schema: { $ref: prefix + name } };
  }

  const schemas: Record<string, JsonObject> = {};
  // Shortest first: a schema is longer than its parts, so the parts are named before it.
  for (const [name, schema] of Object.entries(components.schemas).sort(byLength)) {
    const short = referInside(schema);
    const key = keyOf(short);
    const other = names.get(key);
    if (other !== undefined)
      throw new Error(`The schemas ${other} and ${name} are equal: export one of them.`);
    names.set(key, name);
    schemas[name] = short;
  }
  const paths = refer(document['paths']);
  return { ...document, paths, components: { ...components, schemas: usedBy(paths, schemas) } };
}

const prefix = '#/components/schemas/';

function byLength([, a]: [string, JsonObject], [, b]: [string, JsonObject]): number {
  return JSON.stringify(a).length - JSON.stringify(b).length;
}

/** The schemas that `value` references directly or indirectly, by name. */
function usedBy(value: unknown, schemas: Record<string, JsonObject>): Record<string, JsonObject> {
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(value);
  return Object.fromEntries([...used].sort().map((name) => [name, schemas[name] ?? {}]));
}

/** Equal for equal schemas, independent of the position of the description. */
function keyOf({ description, ...rest }: JsonObject): string {
  return JSON.stringify([description, rest]);
}

function isSchema(value: unknown): boolean {
  return isObject(value) && ('type' in value || 'anyOf' in value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
