/** The parts of a CloudFormation resource that are compared. */
export type Resource = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly UpdatePolicy?: { readonly UseOnlineResharding?: unknown };
};
export type Template = { readonly Resources: Readonly<Record<string, Resource>> };

export const emptyTemplate: Template = { Resources: {} };

/** Parses a template. Throws SyntaxError for a text that is not a JSON template. */
export function parseTemplate(text: string): Template {
  const value: unknown = JSON.parse(text);
  const resources = typeof value === 'object' && value !== null && 'Resources' in value && value.Resources;
  if (typeof resources !== 'object' || resources === null) throw new SyntaxError('it has no Resources');
  return value as Template;
}

/** Whether two template values are equal. Ignores the order of fields, and the difference between 6379 and "6379". */
export function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`)
      .join(',')}}`;
  return value === undefined ? '' : JSON.stringify(String(value));
}

/** Sorted names of the properties that differ. */
export function changedProperties(before: Resource, after: Resource): string[] {
  const from = before.Properties ?? {};
  const to = after.Properties ?? {};
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].filter((name) => !isSame(from[name], to[name])).sort();
}

/** Logical ids that a value references by Ref, Fn::GetAtt and Fn::Sub. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'Ref' && typeof inner === 'string') return [inner];
    if (name === 'Fn::GetAtt')
      return [Array.isArray(inner) ? String(inner[0]) : (String(inner).split('.')[0] ?? '')];
    const text = name === 'Fn::Sub' ? (Array.isArray(inner) ? inner[0] : inner) : undefined;
    const named =
      typeof text === 'string' ? [...text.matchAll(/\$\{([A-Za-z0-9]+)[.}]/g)].map(([, id = '']) => id) : [];
    return [...named, ...referencesIn(inner)];
  });
}
